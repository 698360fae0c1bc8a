import type { Event, TimelineCampaign } from './schema.js';

const TEXTS = ['name', 'description', 'location'] as const;

type Row = Pick<Event | TimelineCampaign, (typeof TEXTS)[number] | 'translations'>;
/** The texts of a row in the languages that suit a person best. */
export type Texts = Pick<Row, (typeof TEXTS)[number]>;

/**
 * The language that suits best, by the lookup of RFC 4647, section 3.4: `de-CH-1996` is served by `de-CH`, else by `de`.
 * @param preferred the best first, as in `navigator.languages`
 */
export function lookUp(preferred: readonly string[], available: readonly string[]): string | undefined {
  for (const range of preferred) {
    // A subtag of one character goes together with the one that follows it.
    for (let part = range.toLowerCase(); part !== ''; part = part.replace(/(-[a-z0-9])?-[^-]*$|^[^-]*$/, '')) {
      const found = available.find((language) => language.toLowerCase() === part);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/**
 * Each text in the best language that it is there in; the row's own where none suits.
 * @param languages those of the centre: the first is the one its rows are written in
 */
export function textsOf(row: Row, preferred: readonly string[], [own]: readonly string[]): Texts {
  const [name, description, location] = TEXTS.map((text) => textOf(row, text, preferred, own));
  return { name: name ?? row.name, description: description ?? null, location: location ?? null };
}

function textOf(row: Row, text: (typeof TEXTS)[number], preferred: readonly string[], own?: string): string | null {
  const texts = new Map(Object.entries(row.translations).map(([language, it]) => [language, it[text] ?? null]));
  if (own !== undefined && row[text] !== null) texts.set(own, row[text]);
  const there = [...texts.keys()].filter((language) => texts.get(language) !== null);
  return texts.get(lookUp(preferred, there) ?? '') ?? row[text];
}
