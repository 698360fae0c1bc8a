import createClient, { type Client } from 'openapi-fetch';
import { AtriumProblem, problemOf } from './problem.js';
import { RETRY_BUDGET_MS, type RetryBudget, sendRetrying, TIMEOUT_MS } from './retry.js';
import type { ChangePage, paths } from './schema.js';
import { memoryTagStore, type TagStore, withTags } from './tags.js';

export { AtriumProblem } from './problem.js';
export { memoryTagStore, type KeptAnswer, type TagStore } from './tags.js';
export type { Campaign, Change, CreateCampaign, CreateEvent, Event, ProblemDocument } from './schema.js';

type Send = (request: Request) => Promise<Response>;

export interface AtriumClientOptions {
  /** Such as `https://atrium.example.com`. */
  baseUrl: string;
  /** Id of the shopping centre. */
  tenant: string;
  /** For changes, and for reads where they are not public; a function is asked before each request. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** The name of the header, where the service was set up with another one. */
  tenantHeader?: string | undefined;
  /** Keeps answers with their tags: what has not changed is not sent again. In memory unless given; `false` keeps none. */
  tags?: TagStore | false | undefined;
  /** One attempt is given up after this. */
  timeoutMs?: number | undefined;
  /** How long a call may be tried again after a 429, a 503, a time-out or no answer; 0 for no retries. */
  retryBudgetMs?: number | undefined;
  /** In place of the global one. */
  fetch?: Send | undefined;
}

export type AtriumClient = Client<paths>;

/**
 * A client of one shopping centre. Each call gives `data`, or throws AtriumProblem. Give a call `signal` to abort it,
 * its retries included.
 */
export function createAtriumClient(options: AtriumClientOptions): AtriumClient {
  const { baseUrl, tenant, token, tenantHeader = 'X-Tenant-Id', tags = memoryTagStore() } = options;
  const { timeoutMs = TIMEOUT_MS, retryBudgetMs = RETRY_BUDGET_MS } = options;
  // Looked up with each request: a page may replace it later, as tracing does.
  const send: Send = options.fetch ?? ((request) => globalThis.fetch(request));
  const budget: RetryBudget = { timeoutMs, retryBudgetMs };
  const patient: Send = (request) => sendRetrying(send, request, budget);
  const client = createClient<paths>({
    baseUrl,
    headers: { [tenantHeader]: tenant },
    fetch: tags === false ? patient : (request) => withTags(tags, patient, request, tenant),
  });
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

interface Page<T> {
  items: T[];
  next: string | null;
}

/** Every row of a list, page by page: `read` gets the part of the query that leads to a page, and gives that page. */
export async function* everyPage<T>(
  read: (page: { after?: string }) => Promise<{ data?: Page<T> | undefined }>,
): AsyncGenerator<T> {
  for (let page = {}; ;) {
    const { items, next } = received((await read(page)).data);
    yield* items;
    if (next === null) return;
    page = { after: next };
  }
}

/** The changes after a revision, as far as there are any now. Keep the last revision for the next time. */
export async function* changesAfter(atrium: AtriumClient, revision = 0): AsyncGenerator<ChangePage['items'][number]> {
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
