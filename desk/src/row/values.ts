import { CAMPAIGN, EVENT } from 'virtual:rules';
import type { Row, Status } from '../api/rows.ts';
import { type DateText, isSameMinute } from '../text/centre-time.ts';

/** The texts of a row in one language. */
export type Texts = { name?: string; description?: string; location?: string };

/** The fields of a row that can be given, as a form holds them: texts are never null, dates are instants or times of the clock. */
export interface Values {
  name: string;
  status: Status;
  startDate: DateText;
  endDate: DateText;
  visibleFrom: DateText | null;
  description: string;
  imageUrl: string;
  linkUrl: string;
  location: string;
  tags: string[];
  translations: Record<string, Texts>;
}

type Field = keyof Values;

const FIELDS: readonly Field[] = [
  'name',
  'status',
  'startDate',
  'endDate',
  'visibleFrom',
  'description',
  'imageUrl',
  'linkUrl',
  'location',
  'tags',
  'translations',
];

export const TEXT_FIELDS = ['name', 'description', 'location'] as const;

/** The longest text a field takes, as the service says. */
export function maxLengthOf(field: Field, isEvent: boolean): number | undefined {
  return (isEvent ? EVENT : CAMPAIGN)[field]?.maxLength;
}

export function valuesOf(row: Row): Values {
  return {
    name: row.name,
    status: row.status,
    startDate: row.startDate,
    endDate: row.endDate,
    visibleFrom: row.visibleFrom,
    description: row.description ?? '',
    imageUrl: row.imageUrl ?? '',
    linkUrl: row.linkUrl ?? '',
    location: row.location ?? '',
    tags: row.tags,
    translations: row.translations,
  };
}

/** A new row of a period. */
export function newValues(startDate: DateText, endDate: DateText, status: Status): Values {
  return {
    name: '',
    status,
    startDate,
    endDate,
    visibleFrom: null,
    description: '',
    imageUrl: '',
    linkUrl: '',
    location: '',
    tags: [],
    translations: {},
  };
}

/** A whole row as POST takes it: what was left empty is left out. */
export function bodyOf(values: Values): object {
  return Object.fromEntries(
    Object.entries({ ...values, translations: withoutEmpty(values.translations) }).filter(
      ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** The fields that differ, as a merge patch; undefined when none does. */
export function patchOf(base: Values, mine: Values, timeZone: string): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const field of FIELDS) {
    if (isSame(field, base[field], mine[field], timeZone)) continue;
    if (field === 'translations') patch[field] = translationsPatch(base.translations, mine.translations);
    else patch[field] = mine[field] === '' && field !== 'name' ? null : mine[field];
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** A place in a row: a field, or a text of a language as `translations/de/name`. */
export type Path = string;

export interface Conflict {
  path: Path;
  mine: unknown;
  theirs: unknown;
}

export interface Merged {
  values: Values;
  /** Taken over from the other change. */
  taken: Path[];
  /** Changed by both, differently: mine stays until somebody chooses. */
  conflicts: Conflict[];
}

/** Brings a change of a form and a change made elsewhere together, field by field. */
export function merge(base: Values, mine: Values, theirs: Values, timeZone: string): Merged {
  const [was, here, there] = [flat(base), flat(mine), flat(theirs)];
  const taken: Path[] = [];
  const conflicts: Conflict[] = [];
  const result = new Map(here);
  for (const path of new Set([...was.keys(), ...here.keys(), ...there.keys()])) {
    const [before, own, other] = [was.get(path), here.get(path), there.get(path)];
    const same = (one: unknown, two: unknown) => isSame(path as Field, one, two, timeZone);
    if (same(before, other) || same(own, other)) continue;
    if (same(before, own)) {
      set(result, path, other);
      taken.push(path);
    } else conflicts.push({ path, mine: own, theirs: other });
  }
  return { values: unflat(result), taken, conflicts };
}

/** The values with one place taken from another version. */
export function withPath(values: Values, path: Path, value: unknown): Values {
  const all = flat(values);
  set(all, path, value);
  return unflat(all);
}

/** The field to which a problem of the service belongs: `#/translations/de/name`, `#/tags/2`. */
export function pathOf(pointer: string): Path {
  const parts = pointer
    .replace(/^#\//, '')
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
  return parts[0] === 'translations' ? parts.slice(0, 3).join('/') : (parts[0] ?? '');
}

function isSame(field: Field, one: unknown, other: unknown, timeZone: string): boolean {
  const isDate = field === 'startDate' || field === 'endDate' || field === 'visibleFrom';
  if (isDate && typeof one === 'string' && typeof other === 'string')
    return one === other || (!(isInstant(one) && isInstant(other)) && isSameMinute(one, other, timeZone));
  if (field === 'translations')
    return stable(withoutEmpty(one as Values[typeof field])) === stable(withoutEmpty(other as Values[typeof field]));
  return stable(one) === stable(other);
}

function isInstant(date: string): boolean {
  return date.endsWith('Z');
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

function withoutEmpty(translations: Record<string, Texts>): Record<string, Texts> {
  return Object.fromEntries(
    Object.entries(translations)
      .map(([tag, texts]) => [tag, Object.fromEntries(Object.entries(texts).filter(([, text]) => text))] as const)
      .filter(([, texts]) => Object.keys(texts).length > 0),
  );
}

/** RFC 7396: null removes a text, or a whole language. */
function translationsPatch(base: Record<string, Texts>, mine: Record<string, Texts>): object {
  const [was, is] = [withoutEmpty(base), withoutEmpty(mine)];
  const patch: Record<string, object | null> = {};
  for (const tag of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (!is[tag]) patch[tag] = null;
    else if (stable(was[tag]) !== stable(is[tag]))
      patch[tag] = Object.fromEntries(TEXT_FIELDS.map((field) => [field, is[tag]?.[field] ?? null]));
  }
  return patch;
}

function flat(values: Values): Map<Path, unknown> {
  const { translations, ...fields } = values;
  const all = new Map<Path, unknown>(Object.entries(fields));
  for (const [tag, texts] of Object.entries(withoutEmpty(translations)))
    for (const [field, text] of Object.entries(texts)) all.set(`translations/${tag}/${field}`, text);
  return all;
}

function unflat(all: ReadonlyMap<Path, unknown>): Values {
  const values: Record<string, unknown> = {};
  const translations: Record<string, Record<string, unknown>> = {};
  for (const [path, value] of all) {
    const [field = '', tag, text] = path.split('/');
    if (tag === undefined || text === undefined) values[field] = value;
    else (translations[tag] ??= {})[text] = value;
  }
  return { ...values, translations } as unknown as Values;
}

function set(all: Map<Path, unknown>, path: Path, value: unknown): void {
  if (value === undefined) all.delete(path);
  else all.set(path, value);
}
