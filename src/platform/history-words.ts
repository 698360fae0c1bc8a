import type { Rows } from './rewind-plan.js';
import type { RewindReport } from './tenant-history.js';
import type { ImportedReport } from './tenant-tasks.js';

// The reports of an import and of a rewind, as a terminal shows them.

const FIELDS: Record<string, string> = { name: 'name', timeZone: 'time zone', languages: 'languages' };

export function importInWords({ imported, revision, rows, differences }: ImportedReport): string {
  const { purged: _, ...told } = rows ?? {};
  const counts = Object.entries(told).map(([name, count]) => `${count} ${name}`);
  const lines = [
    rows
      ? `${imported} has ${counts.join(', ')}, at revision ${revision}`
      : `${imported} was imported before, at revision ${revision}: that is noted now`,
  ];
  if (rows?.['webhooks'])
    lines.push('its webhooks have no secret and are off: give each a new secret, and switch it on');
  if (differences.length > 0)
    lines.push(
      `it has another ${differences.map((field) => FIELDS[field]).join(' and ')} than in the export: see "atrium tenants update"`,
    );
  return lines.join('\n');
}

/** @param isPlan whether nothing was done */
export function rewindInWords({ to, from, comesBack, goes, changes, revision }: RewindReport, isPlan: boolean): string {
  const lines = [`from revision ${from} to revision ${to.revision}, of ${to.at.toISOString()}`];
  for (const [rows, one, several] of [
    [comesBack, 'comes back', 'come back'],
    [goes, 'goes', 'go'],
    [changes, 'changes', 'change'],
  ] as const)
    if (rows.count > 0)
      lines.push(`  ${rows.count === 1 ? `1 row ${one}` : `${rows.count} rows ${several}`}: ${names(rows)}`);
  if (lines.length === 1) lines.push('  every row is as it was then');
  if (revision !== undefined) lines.push(`done as revision ${revision}; --to ${from} takes it back`);
  else lines.push(isPlan ? 'nothing was written: this is the plan' : 'nothing was written');
  return lines.join('\n');
}

function names({ count, rows }: Rows): string {
  const named = rows.map(({ resource, id, name }) => `${resource} ${id} ${JSON.stringify(name)}`);
  return [...named, ...(count > rows.length ? [`${count - rows.length} more`] : [])].join(', ');
}
