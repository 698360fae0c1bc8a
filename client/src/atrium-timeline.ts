import type { AtriumClientOptions } from './index.js';
import { type Texts, textsOf } from './language.js';
import { boundaryAfter, liveAt, type Shown, upcomingAt } from './periods.js';
import { AtriumProblem, problemOf } from './problem.js';
import { RETRY_BUDGET_MS, sendRetrying, TIMEOUT_MS } from './retry.js';
import type { Timeline } from './schema.js';
import { type KeptAnswer, memoryTagStore, type TagStore, unlessBroken } from './tags.js';

export { lookUp, type Texts } from './language.js';
export type { Shown } from './periods.js';
export { AtriumProblem } from './problem.js';
export type { Event, Timeline, TimelineCampaign } from './schema.js';
export type { KeptAnswer, TagStore } from './tags.js';

export interface AtriumTimelineOptions extends Omit<AtriumClientOptions, 'tags'> {
  /** Keeps the timeline while the app is closed. In memory unless given. What a token has shown is never put there. */
  store?: TagStore | undefined;
  /** The clock of the app, in epoch milliseconds. */
  now?: (() => number) | undefined;
}

type Row = Parameters<typeof textsOf>[0];

interface Listener {
  onChange: () => void;
  onFailure: (reason: unknown) => void;
}

/** The longest time in which a change of the phone's clock goes unnoticed. Far below 2^31 ms, above which timers fire at once. */
const LOOK_MS = 30_000;
const PAUSE_MS = 1_000;
const PAUSE_AFTER_FAILURE_MS = 30_000;

/**
 * The timeline of one shopping centre, for an app that computes what is live by itself. It asks no more often than
 * `max-age` allows, and works from the store while there is no network.
 */
export class AtriumTimeline {
  private readonly store: TagStore;
  private readonly now: () => number;
  private readonly url: string;
  private kept: { answer: KeptAnswer; timeline: Timeline; atMs?: number } | undefined;
  private loading: Promise<void> | undefined;
  private asking: Promise<void> | undefined;
  private askAfterMs = 0;
  private readonly listeners = new Set<Listener>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Listeners know the state of the time from the one instant up to the other. */
  private told = { fromMs: 0, untilMs: Infinity };

  constructor(private readonly options: AtriumTimelineOptions) {
    this.store = options.store ?? memoryTagStore(1);
    this.now = options.now ?? Date.now;
    this.url = `${options.baseUrl.replace(/\/$/, '')}/timeline`;
  }

  /** The timeline that is kept; undefined before the first `load` or `refresh`, and when nothing was ever received. */
  get timeline(): Timeline | undefined {
    return this.kept?.timeline;
  }

  live(at: Date | number = this.now()): Shown {
    return this.timeline ? liveAt(this.timeline, Number(at)) : { campaigns: [], events: [] };
  }

  upcoming(at: Date | number = this.now()): Shown {
    return this.timeline ? upcomingAt(this.timeline, Number(at)) : { campaigns: [], events: [] };
  }

  /** The next instant at which `live` or `upcoming` is something else. */
  nextBoundary(at: Date | number = this.now()): Date | undefined {
    const next = this.timeline ? boundaryAfter(this.timeline, Number(at)) : Infinity;
    return next === Infinity ? undefined : new Date(next);
  }

  /** Name, description and location of a row, each in the language that suits best: give `navigator.languages`, say. */
  texts(row: Row, preferred: readonly string[]): Texts {
    return textsOf(row, preferred, this.timeline?.languages ?? []);
  }

  /** Reads the store, and asks nobody. */
  load(): Promise<void> {
    this.loading ??= this.readStore();
    return this.loading;
  }

  /**
   * Asks whether something has changed, unless the last answer is still fresh. Call it whenever the app comes to the
   * foreground.
   * @throws AtriumProblem, or the failure when there was no answer; what is kept stays
   */
  async refresh(): Promise<void> {
    await this.load();
    if (this.freshMs() <= 0) await this.askOnce();
    this.look();
  }

  /**
   * Keeps the timeline fresh, and calls `onChange` when it has changed and when a boundary comes.
   * @param onFailure is told why an answer did not come; it is asked for again
   * @returns the function that ends it
   */
  subscribe(onChange: () => void, onFailure: (reason: unknown) => void = () => {}): () => void {
    const listener = { onChange, onFailure };
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.expectBoundary();
    void this.load().then(() => this.look());
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) clearTimeout(this.timer);
    };
  }

  /** Tells of a boundary that has come, asks if it is time to, and comes back when the next of both is due. */
  private look(): void {
    clearTimeout(this.timer);
    if (this.listeners.size === 0) return;
    const nowMs = this.now();
    // Before `fromMs` the clock was set back.
    if (nowMs < this.told.fromMs || nowMs >= this.told.untilMs) this.tell();
    const pauseMs = Math.max(this.freshMs(), this.askAfterMs - performance.now());
    if (pauseMs <= 0 && !this.asking) {
      void this.askOnce().then(
        () => this.look(),
        (reason: unknown) => {
          for (const { onFailure } of this.listeners) queueMicrotask(() => onFailure(reason));
          this.look();
        },
      );
    }
    const waitMs = Math.min(this.told.untilMs - nowMs, pauseMs > 0 ? pauseMs : LOOK_MS, LOOK_MS);
    this.timer = setTimeout(() => this.look(), Math.ceil(waitMs));
  }

  private tell(): void {
    this.expectBoundary();
    // What a listener throws is the app's to see, and ends nothing here.
    for (const { onChange } of this.listeners) queueMicrotask(onChange);
  }

  private expectBoundary(): void {
    const fromMs = this.now();
    this.told = { fromMs, untilMs: this.nextBoundary(fromMs)?.getTime() ?? Infinity };
  }

  /** The time for which the answer may still be used: both by the clock, which may be set, and by the time that passed. */
  private freshMs(): number {
    const { answer, atMs = performance.now() } = this.kept ?? {};
    const { askedMs = Infinity, freshSeconds = 0 } = answer ?? {};
    const clockMs = this.now() - askedMs;
    return clockMs < 0 ? 0 : freshSeconds * 1_000 - Math.max(clockMs, performance.now() - atMs);
  }

  private async readStore(): Promise<void> {
    const answer = await unlessBroken(() => this.store.get(this.key()));
    const timeline = answer && timelineIn(answer.body);
    if (!timeline || this.kept) return;
    this.kept = { answer, timeline };
    this.tell();
  }

  private askOnce(): Promise<void> {
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async ask(): Promise<void> {
    const { tenant, tenantHeader = 'X-Tenant-Id', token } = this.options;
    const { timeoutMs = TIMEOUT_MS, retryBudgetMs = RETRY_BUDGET_MS } = this.options;
    const send = this.options.fetch ?? ((request: Request) => globalThis.fetch(request));
    this.askAfterMs = performance.now() + PAUSE_AFTER_FAILURE_MS;
    const bearer = typeof token === 'function' ? await token() : token;
    const headers = new Headers({ [tenantHeader]: tenant });
    if (bearer !== undefined) headers.set('authorization', `Bearer ${bearer}`);
    if (this.kept) headers.set('if-none-match', this.kept.answer.etag);
    // The phone's own HTTP cache is passed over: it would add its time to that of a cache on the way.
    const request = new Request(this.url, { headers, cache: 'reload' });
    const [askedMs, atMs] = [this.now(), performance.now()];
    const answer = await sendRetrying(send, request, { timeoutMs, retryBudgetMs });
    if (!answer.ok && answer.status !== 304) throw new AtriumProblem(answer, await problemOf(answer));
    this.askAfterMs = performance.now() + PAUSE_MS;
    const freshness = { askedMs, freshSeconds: freshSecondsOf(answer, this.now()) };
    const isNew = answer.status !== 304;
    if (isNew) {
      const body = await answer.text();
      const timeline = timelineIn(body);
      if (!timeline) throw new Error(`${this.url} was not answered with a timeline`);
      this.kept = {
        answer: { etag: answer.headers.get('etag') ?? '', body, contentType: 'application/json' },
        timeline,
      };
    }
    if (!this.kept) return;
    const kept = { ...this.kept.answer, ...freshness };
    this.kept = { ...this.kept, answer: kept, atMs };
    if (isNew) this.tell();
    if (bearer === undefined) await unlessBroken(() => this.store.set(this.key(), kept));
  }

  private key(): string {
    return `${this.options.tenant} ${this.url}`;
  }
}

/** Reads what may have come from a storage of old, or from a portal that stands in front of the network. */
function timelineIn(body: string): Timeline | undefined {
  try {
    const timeline = JSON.parse(body) as Timeline;
    return Array.isArray(timeline.campaigns) && Array.isArray(timeline.languages) ? timeline : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Cache-Control's max-age less the age of the answer. nginx sends no Age, and can be told to pass Date on. By a Date
 * older than max-age the phone's clock is wrong, since no cache keeps an answer that long.
 */
function freshSecondsOf({ headers }: Response, nowMs: number): number {
  const cacheControl = headers.get('cache-control') ?? '';
  if (/no-store|no-cache/.test(cacheControl)) return 0;
  const maxAge = Number(/max-age=(\d+)/.exec(cacheControl)?.[1] ?? 0);
  const sinceDate = Math.floor((nowMs - Date.parse(headers.get('date') ?? '')) / 1_000);
  const age = Math.max(Number(headers.get('age') ?? 0), sinceDate > 0 && sinceDate <= maxAge ? sinceDate : 0);
  return Math.max(0, maxAge - age);
}
