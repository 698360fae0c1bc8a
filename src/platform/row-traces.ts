import type { Change } from '../change/change.entity.js';
import { effectsOf } from '../change/effects.js';
import type { Tombstone } from '../schedule/tombstone.entity.js';
import type { Line } from './export-lines.js';
import * as problems from './import-problems.js';

/** The largest ids of one kind of rows. */
interface LastIds {
  /** The last of the rows themselves; -1: there is none. */
  present: number;
  /** The last of all that were given, to rows that are gone as well. */
  ever: number;
}

/**
 * The facts that the lines of an export tell of rows beside their columns: which ids were given, also to rows that are gone, and
 * which change wrote each row last.
 */
export class RowTraces {
  /** By resource. */
  readonly lastIds = new Map<string, LastIds>();
  /** By resource and id. Empty unless `keepsRevisions`. */
  readonly revisions = new Map<string, Map<number, number>>();
  private lastChange: number | undefined;

  /** @param keepsRevisions whether rows of the export do not tell their revision themselves */
  constructor(
    private readonly resources: ReadonlySet<string>,
    private readonly keepsRevisions: boolean,
  ) {}

  /** @throws Problem 422 when a change is missing */
  see({ number, type, fields }: Line): void {
    if (this.resources.has(type)) this.seeId(type, fields['id'], true);
    if (type === 'tombstone') {
      const { resource, id } = fields as unknown as Tombstone;
      this.seeId(resource, id);
    }
    if (type === 'change') this.seeChange(number, fields as unknown as Change);
  }

  /** Call it after the last line. @throws Problem 422 when the last changes are missing */
  requireChangesUpTo(revision: number): void {
    if ((this.lastChange ?? revision) !== revision) throw problems.edited(`change ${revision} is missing`);
  }

  private seeChange(number: number, change: Change): void {
    const { revision, resource, resourceId } = change;
    const next = (this.lastChange ?? revision - 1) + 1;
    if (revision !== next) throw problems.edited(`change ${next} is missing before line ${number}`);
    this.lastChange = revision;
    this.seeId(resource, resourceId);
    for (const effect of effectsOf(change)) {
      this.seeId(effect.resource, effect.id);
      if (this.keepsRevisions && effect.after !== null) this.keepRevision(effect.resource, effect.id, revision);
    }
  }

  private seeId(resource: string, id: unknown, isPresent = false): void {
    if (!Number.isInteger(id)) return;
    const { present, ever } = this.lastIds.get(resource) ?? { present: -1, ever: -1 };
    const last = (one: number) => Math.max(one, id as number);
    this.lastIds.set(resource, { present: isPresent ? last(present) : present, ever: last(ever) });
  }

  private keepRevision(resource: string, id: number, revision: number): void {
    const ofResource = this.revisions.get(resource) ?? new Map<number, number>();
    this.revisions.set(resource, ofResource.set(id, revision));
  }
}
