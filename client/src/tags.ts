/** An answer with the tag that names its state. It is plain JSON, so that any storage can keep it. */
export interface KeptAnswer {
  etag: string;
  body: string;
  contentType: string;
  /** When it was asked for, in epoch milliseconds, and for how long from then on it is used without asking. */
  askedMs?: number;
  freshSeconds?: number;
}

/** Keeps answers by key. `AsyncStorage`, `localStorage` or a file fit behind it. What it loses is read once more. */
export interface TagStore {
  get(key: string): KeptAnswer | undefined | null | Promise<KeptAnswer | undefined | null>;
  set(key: string, answer: KeptAnswer): void | Promise<void>;
}

/** A store in memory for the answers used last. */
export function memoryTagStore(capacity = 100): TagStore {
  const kept = new Map<string, KeptAnswer>();
  return {
    get(key) {
      const answer = kept.get(key);
      if (answer && kept.delete(key)) kept.set(key, answer);
      return answer;
    },
    set(key, answer) {
      kept.delete(key);
      kept.set(key, answer);
      const [oldest] = kept.keys();
      if (kept.size > capacity && oldest !== undefined) kept.delete(oldest);
    },
  };
}

/**
 * Asks with the tag that is kept, and gives the kept body where the service answers 304. An If-None-Match of the
 * caller's goes before: its 304 comes back as it is. Answers to a request with a token are for its holder, and not kept.
 */
export async function withTags(
  store: TagStore,
  send: (request: Request) => Promise<Response>,
  request: Request,
  tenant: string,
): Promise<Response> {
  const { method, headers, url } = request;
  if (method !== 'GET' || headers.has('if-none-match') || headers.has('authorization')) return send(request);
  const key = `${tenant} ${url}`;
  const kept = await unlessBroken(() => store.get(key));
  if (kept) headers.set('if-none-match', kept.etag);
  const answer = await send(request);
  if (answer.status === 304 && kept)
    return new Response(kept.body, {
      headers: { ...Object.fromEntries(answer.headers), 'content-type': kept.contentType },
    });
  const etag = answer.headers.get('etag');
  if (answer.status !== 200 || etag === null) return answer;
  const body = await answer.clone().text();
  const contentType = answer.headers.get('content-type') ?? 'application/json';
  await unlessBroken(() => store.set(key, { etag, body, contentType }));
  return answer;
}

/** A storage that fails costs one more answer, and no call. */
export async function unlessBroken<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
