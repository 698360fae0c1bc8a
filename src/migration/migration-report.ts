import { differenceInWords, type SeedDifference } from '../catalogue/tenant-registration.js';

interface Line {
  /** The tenant's. */
  id: string;
  /** The migrations that were, or would be, applied. */
  names: string[];
  failure?: string;
  /** The catalogue's ledger and the schema differ. */
  drifted?: boolean;
}

/** The migrations that were applied, or would be. */
export class MigrationReport {
  /** The migrations of the catalogue itself. */
  catalogue: string[] = [];
  /** Differences between TENANTS and the catalogue. */
  differing: SeedDifference[] = [];
  private readonly lines: Line[] = [];

  /** @param verb of the migrations named: `applied` or `would be applied` */
  constructor(private readonly verb: string) {}

  add(line: Line): void {
    this.lines.push(line);
  }

  get done(): number {
    return this.lines.length;
  }

  get failed(): number {
    return this.lines.filter(({ failure }) => failure !== undefined).length;
  }

  /** Whether something is left to do. */
  get wanting(): boolean {
    if (this.failed > 0) return true;
    return this.verb !== 'applied' && (this.catalogue.length > 0 || this.changed.length > 0);
  }

  toString(): string {
    const behind = this.verb === 'applied' ? 'migrated' : 'behind';
    return [
      ...(this.catalogue.length > 0 ? [`catalogue: ${this.verb}: ${this.catalogue.join(', ')}`] : []),
      ...this.changed.map(({ id, names }) => `${id}: ${this.verb}: ${names.join(', ')}`),
      ...this.lines.flatMap(({ id, failure }) => (failure ? [`${id}: failed: ${failure}`] : [])),
      ...this.lines.flatMap(({ id, drifted }) =>
        drifted && this.verb !== 'applied' ? [`${id}: the ledger says otherwise than the schema`] : [],
      ),
      ...this.differing.map(differenceInWords),
      `${this.done} tenants: ${this.changed.length} ${behind}, ${this.failed} failed, ${this.upToDate} up to date`,
    ].join('\n');
  }

  /** Lists all tenants but those that are up to date. */
  toJSON(): object {
    return {
      catalogue: this.catalogue,
      tenants: this.lines
        .filter(({ names, failure, drifted }) => names.length > 0 || failure !== undefined || drifted)
        .map(({ id, names, failure, drifted }) => ({ id, migrations: names, failure, drifted })),
      [this.verb === 'applied' ? 'migrated' : 'behind']: this.changed.length,
      failed: this.failed,
      upToDate: this.upToDate,
      ...(this.differing.length > 0 ? { differing: this.differing } : {}),
    };
  }

  private get changed(): Line[] {
    return this.lines.filter(({ names }) => names.length > 0);
  }

  private get upToDate(): number {
    return this.done - this.changed.length - this.failed;
  }
}
