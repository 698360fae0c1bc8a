import { QueryClient } from '@tanstack/react-query';
import type { Atrium } from './atrium.ts';
import { Problem } from './problem.ts';
import type { Campaign, Event, Row } from './rows.ts';

const RETRIES = 3;
const RETRY_PAUSE_MS = 1_000;
const RETRY_PAUSE_MAX_MS = 30_000;

/** Reads are asked again by themselves while a failure may pass; writes never are. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        retry: (failures, thrown) => thrown instanceof Problem && thrown.isPassing && failures < RETRIES,
        retryDelay: (failures, thrown) =>
          thrown instanceof Problem && thrown.retryAfterSeconds !== undefined
            ? Math.min(thrown.retryAfterSeconds * 1_000, RETRY_PAUSE_MAX_MS)
            : RETRY_PAUSE_MS * 2 ** failures,
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** The names under which answers are kept. All of a centre begin with its id. */
export const keys = {
  centre: (tenant: string) => [tenant, 'centre'] as const,
  month: (tenant: string, query: object) => [tenant, 'month', query] as const,
  campaign: (tenant: string, id: number) => [tenant, 'campaign', id] as const,
  live: (tenant: string, at: string) => [tenant, 'live', at] as const,
  changes: (tenant: string) => [tenant, 'changes'] as const,
};

/** A row together with the tag under which it may be changed. */
export interface Tagged<T extends Row> {
  row: T;
  etag: string;
}

export interface CampaignWithEvents {
  campaign: Tagged<Campaign>;
  events: Tagged<Event>[];
}

/** A campaign and its events, each with its tag. */
export async function readCampaign(atrium: Atrium, id: number): Promise<CampaignWithEvents> {
  const path = { params: { path: { id } } };
  const [campaign, { data: events = [] }] = await Promise.all([
    atrium.GET('/campaign-events/{id}', path).then(tagged),
    atrium.GET('/campaign-events/{id}/events', path),
  ]);
  return { campaign, events: await Promise.all(events.map(({ id }) => readEvent(atrium, id))) };
}

export function readEvent(atrium: Atrium, id: number): Promise<Tagged<Event>> {
  return atrium.GET('/events/{id}', { params: { path: { id } } }).then(tagged);
}

export function tagged<T extends Row>({ data, response }: { data?: T; response: Response }): Tagged<T> {
  return { row: received(data), etag: response.headers.get('etag') ?? '' };
}

/** @throws Problem for an answer without a body */
export function received<T>(data: T | undefined): T {
  if (data === undefined) throw new Problem(502, { code: 'unknown', title: 'The answer had no body.' });
  return data;
}

/** Every row of a list, page by page. */
export async function everyRow<T>(
  read: (after: string | undefined) => Promise<{ data?: { items: T[]; next: string | null } }>,
): Promise<T[]> {
  const rows: T[] = [];
  for (let after: string | undefined; ;) {
    const { items, next } = received((await read(after)).data);
    rows.push(...items);
    if (next === null) return rows;
    after = next;
  }
}
