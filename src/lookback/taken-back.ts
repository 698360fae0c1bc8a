import type { Change } from '../change/change.entity.js';
import { type ChangedRow, effectsOf } from '../change/effects.js';
import { purged, tooFarBack } from './lookback-problems.js';

/** The most that is kept of rows as they were, in characters of their JSON: some 64 MB of memory. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

const NO_ROWS: ReadonlyMap<number, ChangedRow | null> = new Map();

/** The rows that changes after a revision touched, each as it was at that revision. All others are as they are now. */
export class TakenBack {
  private readonly rows = new Map<string, Map<number, ChangedRow | null>>();
  private characters = 0;

  /**
   * @param upTo the revision; it becomes that of the last change taken back
   * @param maxCharacters of the JSON of all rows
   */
  constructor(
    public upTo: number,
    private readonly maxCharacters = MAX_CHARACTERS,
  ) {}

  /** By id, the rows of one kind that were touched; null: there was none at the revision. */
  of(resource: string): ReadonlyMap<number, ChangedRow | null> {
    return this.rows.get(resource) ?? NO_ROWS;
  }

  /**
   * Takes changes back. They come oldest first, so that a row is as it was before the first that touched it. Changes that
   * were taken back already are passed over.
   * @throws Problem 410 when one is missing, 400 when rows would take too much memory
   */
  take(changes: readonly Pick<Change, 'revision' | 'resource' | 'resourceId' | 'before' | 'after'>[]): void {
    for (const change of changes) {
      if (change.revision <= this.upTo) continue;
      if (change.revision !== this.upTo + 1) throw purged();
      this.upTo = change.revision;
      for (const { resource, id, before } of effectsOf(change)) this.keep(resource, id, before);
    }
  }

  private keep(resource: string, id: number, before: ChangedRow | null): void {
    const kept = this.rows.get(resource) ?? new Map<number, ChangedRow | null>();
    if (kept.has(id)) return;
    if (before !== null) this.characters += JSON.stringify(before).length;
    if (this.characters > this.maxCharacters) throw tooFarBack('Too much text was changed since then.');
    this.rows.set(resource, kept.set(id, before));
  }
}
