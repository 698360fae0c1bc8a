import type { CampaignWithEvents, Tagged } from '../api/queries.ts';
import { Problem } from '../api/problem.ts';
import type { Row } from '../api/rows.ts';
import {
  bodyOf,
  type Conflict,
  merge,
  patchOf,
  type Path,
  pathOf,
  type Values,
  valuesOf,
  withPath,
} from '../row/values.ts';

/** One row of a form: what the service had last, and what is on the screen. */
export interface RowForm {
  /** Tells rows apart that have no id yet. */
  key: string;
  id?: number;
  etag: string;
  base?: Values;
  values: Values;
  isRemoved: boolean;
  problems: Record<Path, string[]>;
  /** Taken over from a change made elsewhere. */
  taken: Path[];
  conflicts: Conflict[];
  /** It was deleted elsewhere while it was changed here. */
  isGone: boolean;
}

export interface FormState {
  campaign: RowForm;
  events: RowForm[];
}

export function newRow(values: Values): RowForm {
  return {
    key: crypto.randomUUID(),
    etag: '',
    values,
    isRemoved: false,
    problems: {},
    taken: [],
    conflicts: [],
    isGone: false,
  };
}

function rowOf<T extends Row>({ row, etag }: Tagged<T>): RowForm {
  const base = valuesOf(row);
  return { ...newRow(base), key: `${row.id}`, id: row.id, etag, base };
}

export function formOf({ campaign, events }: CampaignWithEvents): FormState {
  return { campaign: rowOf(campaign), events: events.map(rowOf) };
}

export function isChanged(row: RowForm, timeZone: string): boolean {
  if (row.isRemoved) return row.id !== undefined;
  return row.base === undefined || patchOf(row.base, row.values, timeZone) !== undefined;
}

export function isFormChanged({ campaign, events }: FormState, timeZone: string): boolean {
  return [campaign, ...events].some((row) => isChanged(row, timeZone));
}

/** Brings what the service has now into the form. Nothing that was typed goes. */
export function absorb(form: FormState, now: CampaignWithEvents, timeZone: string): FormState {
  const known = new Set(form.events.map(({ id }) => id));
  return {
    campaign: absorbRow(form.campaign, now.campaign, timeZone),
    events: [
      ...form.events.flatMap((event) => {
        if (event.id === undefined) return [event];
        const theirs = now.events.find(({ row }) => row.id === event.id);
        if (theirs) return [absorbRow(event, theirs, timeZone)];
        return !event.isRemoved && isChanged(event, timeZone) ? [{ ...event, isGone: true }] : [];
      }),
      ...now.events.filter(({ row }) => !known.has(row.id)).map(rowOf),
    ],
  };
}

function absorbRow<T extends Row>(mine: RowForm, { row, etag }: Tagged<T>, timeZone: string): RowForm {
  if (mine.base === undefined || mine.etag === etag) return mine;
  const theirs = valuesOf(row);
  if (!isChanged(mine, timeZone)) return { ...rowOf({ row, etag }), key: mine.key };
  const { values, taken, conflicts } = merge(mine.base, mine.values, theirs, timeZone);
  return { ...mine, etag, base: theirs, values, taken: [...mine.taken, ...taken], conflicts };
}

/** The form after its values were saved, with the row as the service has it now. */
export function saved<T extends Row>(row: RowForm, now: Tagged<T>): RowForm {
  return { ...rowOf(now), key: row.key };
}

/** Settles a place that two people changed. */
export function choose(row: RowForm, { path, theirs }: Conflict, isTheirs: boolean): RowForm {
  return {
    ...row,
    values: isTheirs ? withPath(row.values, path, theirs) : row.values,
    conflicts: row.conflicts.filter((conflict) => conflict.path !== path),
  };
}

/** The whole form as one POST. Rows that were removed again are left out. */
export function creationOf({ campaign, events }: FormState): object {
  return { ...bodyOf(campaign.values), events: kept(events).map(({ values }) => bodyOf(values)) };
}

/** The problems of a nested POST at the rows they belong to. */
export function withCreationProblems(form: FormState, problem: Problem): FormState {
  const rows = kept(form.events);
  const campaign: RowForm['problems'] = {};
  const events = new Map<string, RowForm['problems']>();
  for (const { pointer, detail } of problem.errors) {
    const [, at, rest] = /^#\/events\/(\d+)(\/.*)?$/.exec(pointer) ?? [];
    const row = at === undefined ? undefined : rows[Number(at)];
    const problems = row ? (events.get(row.key) ?? {}) : campaign;
    if (row) events.set(row.key, problems);
    (problems[row ? pathOf(`#${rest ?? '/'}`) : pathOf(pointer)] ??= []).push(detail);
  }
  return {
    campaign: { ...form.campaign, problems: campaign },
    events: form.events.map((event) => ({ ...event, problems: events.get(event.key) ?? {} })),
  };
}

export function withProblems(row: RowForm, problem: Problem): RowForm {
  const problems: RowForm['problems'] = {};
  for (const { pointer, detail } of problem.errors) (problems[pathOf(pointer)] ??= []).push(detail);
  return { ...row, problems };
}

function kept(events: RowForm[]): RowForm[] {
  return events.filter(({ isRemoved }) => !isRemoved);
}
