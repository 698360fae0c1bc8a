import type { Tenant } from '../catalogue/tenant.entity.js';
import { entityTag } from '../revision/entity-tag.js';
import type { Version } from '../revision/revision.entity.js';
import { Answer, type Drawing } from './answer.js';
import type { Ready } from './ready.js';
import { centreOf, type ListedRow, rowAlone, rowsOf, VIEWS } from './drawings.js';
import type { Variant } from '../representation/representation.js';
import { changesOf, firstAfter, isTimelineCampaign, isVisibleMs, type TimelineCampaign } from './timeline.js';

/** The name under which a tenant's timeline is kept, from which the answers to several paths are computed. */
export const TIMELINE = 'timeline';

/** The kept part of answers, drafts included: who sees what of it is computed. Can be stored as JSON. */
export type Content =
  | ({ kind: 'row' } & ListedRow)
  | { kind: 'list'; visibleMs: number | null; rows: ListedRow[] }
  | { kind: 'timeline'; campaigns: TimelineCampaign[] };

/** Whether `value` has every field of a Content. */
export function isContent(value: unknown): value is Content {
  const { kind, rows, campaigns, visibleMs } = (value ?? {}) as { [field: string]: unknown };
  if (kind === 'row') return isListedRow(value);
  if (kind === 'list') return isVisibleMs(visibleMs) && Array.isArray(rows) && rows.every(isListedRow);
  return kind === 'timeline' && Array.isArray(campaigns) && campaigns.every(isTimelineCampaign);
}

function isListedRow(value: unknown): value is ListedRow {
  const { json, visibleMs } = (value ?? {}) as Partial<ListedRow>;
  return typeof json === 'string' && isVisibleMs(visibleMs);
}

/** All rows of a content, whoever sees them. */
export function rowsIn(content: Content): readonly ListedRow[] {
  if (content.kind === 'row') return [content];
  return content.kind === 'list' ? content.rows : content.campaigns.flatMap((row) => [row, ...row.events]);
}

/** The place in memory of the answer to GET `path`. */
export function placeOf(path: string): string {
  return path in VIEWS ? TIMELINE : path;
}

/** The content of one place in memory. */
export interface Entry {
  /** The version of the rows that it was made from; undefined: it depends on no row. */
  readonly version: Version | undefined;
  readonly loadedMs: number;
  /** Its approximate size in memory, in bytes. */
  readonly size: number;
  /** Called when the size grows. */
  onGrowth: () => void;
  /** The public's answer to GET `path`. */
  answer(path: string, tenant: Tenant): Timed;
  /** As metrics name it; undefined: the path says it. */
  readonly route?: string;
}

/** An answer computed for an instant; undefined: there is none to give then. */
export interface Timed {
  at(nowMs: number): Ready | undefined;
}

/** Rows of one tenant at one version, with the answers made from them. */
export class Cached implements Entry {
  onGrowth = () => {};
  private readonly baseSize: number;
  private readonly answers = new Map<string, Answer>();
  private readonly changes = new Map<string, number[]>();

  constructor(
    readonly version: Version,
    readonly content: Content,
    /** The time at which its rows were read from the database, in epoch milliseconds. */
    readonly loadedMs: number,
  ) {
    this.baseSize = sizeOf(content);
  }

  get size(): number {
    return this.baseSize + sizeOfCodings(this.answers.values());
  }

  answer(path: string, tenant: Tenant): Answer {
    const present = this.answers.get(path);
    if (present) return present;
    const answer = new Answer(this.drawing(path, tenant), this.version.epoch, () => this.onGrowth());
    this.answers.set(path, answer);
    return answer;
  }

  /** All of it, as an editor sees it. Made for each request: it is never among the public's answers. */
  whole(): Variant {
    const { content } = this;
    if (content.kind === 'timeline') throw new Error('A timeline is shown as the public sees it');
    const json = content.kind === 'row' ? content.json : `[${content.rows.map((row) => row.json).join(',')}]`;
    const bytes = Buffer.from(json);
    return { bytes, etag: entityTag(bytes, this.version.epoch) };
  }

  /**
   * The next instant at which a list of rows changes for the public by itself, in epoch milliseconds.
   * @param byState as in changesOf
   */
  boundaryMs(of: 'campaigns' | 'events', byState: boolean, nowMs: number): number {
    if (this.content.kind !== 'timeline') throw new Error('Only a timeline knows what comes next');
    const key = `${of} ${byState}`;
    const instants = this.changes.get(key) ?? changesOf(this.content.campaigns, of, byState);
    this.changes.set(key, instants);
    return firstAfter(instants, nowMs);
  }

  private drawing(path: string, tenant: Tenant): Drawing {
    const { content } = this;
    if (content.kind === 'row') return rowAlone(content);
    if (content.kind === 'list') return rowsOf(content, content.rows);
    const view = VIEWS[path];
    if (!view) throw new Error(`Nothing is computed from a timeline for ${path}`);
    return view(content.campaigns, tenant);
  }
}

/** The shopping centre as the catalogue knows it, which changes with no row of its own. */
export class Centre implements Entry {
  readonly version = undefined;
  readonly loadedMs = -Infinity;
  onGrowth = () => {};
  private readonly only: Answer;

  constructor(readonly tenant: Tenant) {
    this.only = new Answer(centreOf(tenant), tenant.id, () => this.onGrowth());
  }

  get size(): number {
    return 2_000 + sizeOfCodings([this.only]);
  }

  answer(): Answer {
    return this.only;
  }
}

/** The rows as text, and the bytes of the answers made from them. */
function sizeOf(content: Content): number {
  if (content.kind === 'row') return 1_000 + 3 * content.json.length;
  return rowsIn(content).reduce((sum, { json }) => sum + 4 * json.length + 500, 1_000);
}

/** As bytes, and as the text in which the fast path sends small ones. */
function sizeOfCodings(answers: Iterable<Answer>): number {
  let bytes = 0;
  for (const { codedBytes } of answers) bytes += 2 * codedBytes;
  return bytes;
}
