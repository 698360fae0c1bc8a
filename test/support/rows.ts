import type { Atrium, Body } from './atrium.js';
import { listPaths } from './openapi.js';

/** Enough of an Atrium to write to it: one in this process, or one that runs by itself. */
type Callable = Pick<Atrium, 'call'>;

export const NOVEMBER = {
  name: 'Black Friday',
  startDate: '2026-11-01T00:00:00.000Z',
  endDate: '2026-11-30T23:59:59.000Z',
};

/** The content of a row that was given none. */
export const NO_CONTENT = {
  status: 'published',
  visibleFrom: null,
  description: null,
  imageUrl: null,
  linkUrl: null,
  location: null,
  tags: [],
  translations: {},
};

/** Live whenever the tests run. */
export const ALWAYS = { startDate: '2020-01-01T00:00:00Z', endDate: '2900-01-01T00:00:00Z' };

/** Creates a campaign, in November 2026 unless told otherwise. */
export function createCampaign(atrium: Callable, tenant: string, fields: object = {}): Promise<Body> {
  return create(atrium, tenant, '/campaign-events', { ...NOVEMBER, ...fields });
}

/** Creates an event, in the second week of November 2026 unless told otherwise. */
export function createEvent(
  atrium: Callable,
  tenant: string,
  fields: Partial<Body> & { campaignEventId: number },
): Promise<Body> {
  const secondWeek = { startDate: '2026-11-08T00:00:00.000Z', endDate: '2026-11-14T23:59:59.000Z' };
  return create(atrium, tenant, '/events', { name: 'Early access', ...secondWeek, ...fields });
}

async function create(atrium: Callable, tenant: string, path: string, fields: object): Promise<Body> {
  const { status, body } = await atrium.call(tenant, 'POST', path, fields);
  if (status !== 201) throw new Error(`POST ${path} was answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Every row of a list, page by page. */
export async function listAll(atrium: Callable, tenant: string, path: string, limit = 200): Promise<Body[]> {
  const rows: Body[] = [];
  for (let next: string | null = ''; next !== null;) {
    const query: string = new URLSearchParams({ limit: String(limit), ...(next ? { after: next } : {}) }).toString();
    const { body } = await atrium.call(tenant, 'GET', `${path}${path.includes('?') ? '&' : '?'}${query}`);
    rows.push(...body.items);
    next = body.next;
  }
  return rows;
}

/** One write, as the tenant's changes tell it. */
export interface ChangeRow {
  revision: number;
  at: string;
  actor: string;
  action: 'create' | 'replace' | 'update' | 'delete' | 'restore' | 'undo';
  undoes?: number;
  resource: 'campaign' | 'event';
  resourceId: number;
  before: (Body & { events?: Body[] }) | null;
  after: (Body & { events?: Body[] }) | null;
}

interface ChangePage {
  items: ChangeRow[];
  next: number | null;
}

/** Every change of the tenant, oldest first. */
export async function listChanges(atrium: Callable, tenant: string, limit = 200): Promise<ChangeRow[]> {
  const changes: ChangeRow[] = [];
  for (let next: number | null = 0; next !== null;) {
    const path: string = `/changes?after=${next}&limit=${limit}`;
    const { body } = await atrium.call<ChangePage>(tenant, 'GET', path);
    changes.push(...body.items);
    next = body.next;
  }
  return changes;
}

/** Everything a tenant holds, to compare before and after. */
export async function everything(atrium: Callable, tenant: string) {
  const others = listPaths().filter((path) => !['/campaign-events', '/events'].includes(path));
  const lists = others.map(async (path) => [path, await listAll(atrium, tenant, path)] as const);
  return {
    campaigns: await listAll(atrium, tenant, '/campaign-events'),
    events: await listAll(atrium, tenant, '/events'),
    changes: await listChanges(atrium, tenant),
    ...Object.fromEntries(await Promise.all(lists)),
  };
}

/** Rows but for the instant of their last write. */
export function withoutUpdate(rows: Body[]): object[] {
  return rows.map((row) => ({ ...row, updatedOn: undefined }));
}
