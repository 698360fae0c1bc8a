import createClient, { type Client } from 'openapi-fetch';
import type { ChangePage, paths, ProblemDocument } from './schema.js';

export type { Campaign, Change, CreateCampaign, CreateEvent, Event, ProblemDocument } from './schema.js';

export interface Options {
  /** Such as `https://atrium.example.com`. */
  baseUrl: string;
  /** Id of the shopping centre. */
  tenant: string;
  /** For changes, and for reads where they are not public; a function is asked before each request. */
  token?: string | (() => string | Promise<string>);
  /** The name of the header, where the service was set up with another one. */
  tenantHeader?: string;
  /** In place of the global one. */
  fetch?: (request: Request) => Promise<Response>;
}

export type Atrium = Client<paths>;

/** A client of one shopping centre: each call gives `data`, or throws AtriumProblem. */
export function createAtrium({ baseUrl, tenant, token, tenantHeader = 'X-Tenant-Id', fetch }: Options): Atrium {
  const client = createClient<paths>({ baseUrl, fetch, headers: { [tenantHeader]: tenant } });
  client.use({
    async onRequest({ request }) {
      const given = typeof token === 'function' ? await token() : token;
      if (given !== undefined) request.headers.set('authorization', `Bearer ${given}`);
      return request;
    },
    async onResponse({ response }) {
      if (response.ok || response.status === 304) return;
      throw new AtriumProblem(response, await problemOf(response));
    },
  });
  return client;
}

/** An answer other than success: `code` says which, `errors` names bad fields. */
export class AtriumProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: NonNullable<ProblemDocument['errors']>;
  readonly requestId: string | undefined;
  /** Seconds to wait before another try, after a 429 or 503. */
  readonly retryAfterSeconds: number | undefined;

  constructor(response: Response, { detail, code, errors = [], requestId }: Partial<ProblemDocument>) {
    super(detail ?? `Answered ${response.status} ${response.statusText}`);
    this.name = 'AtriumProblem';
    this.status = response.status;
    // A proxy on the way answers with no problem document.
    this.code = code ?? 'unknown';
    this.errors = errors;
    this.requestId = requestId;
    const retryAfter = response.headers.get('retry-after');
    this.retryAfterSeconds = retryAfter === null ? undefined : Number(retryAfter);
  }
}

interface Page<T> {
  items: T[];
  next: string | null;
}

/** Every row of a list, page by page: `read` gets `after` and gives one page. */
export async function* everyPage<T>(read: (after?: string) => Promise<{ data?: Page<T> }>): AsyncGenerator<T> {
  for (let after: string | undefined; ;) {
    const { items, next } = received((await read(after)).data);
    yield* items;
    if (next === null) return;
    after = next;
  }
}

/** The changes after a revision, as far as there are any now. Keep the last revision for the next time. */
export async function* changesAfter(atrium: Atrium, revision = 0): AsyncGenerator<ChangePage['items'][number]> {
  for (let after: number | null = revision; after !== null;) {
    const { data } = await atrium.GET('/changes', { params: { query: { after } } });
    const page: ChangePage = received(data);
    yield* page.items;
    after = page.next;
  }
}

function received<T>(data: T | undefined): T {
  if (data === undefined) throw new Error('The answer has no body');
  return data;
}

async function problemOf(response: Response): Promise<Partial<ProblemDocument>> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  return isProblem ? ((await response.json()) as ProblemDocument) : {};
}
