/** Longest tag that is taken: RFC 5646 (section 4.4.1) has programs expect 35 characters. */
const MAX_LENGTH = 35;

/** Languages of one row, or of one shopping centre. */
export const MAX_LANGUAGES = 20;

/** Whether `tag` is a BCP 47 language tag in its canonical form, such as de-AT. */
function isLanguage(tag: unknown): tag is string {
  return typeof tag === 'string' && tag.length <= MAX_LENGTH && canonicalForm(tag) === tag;
}

/** Whether `tags` are different languages, not too many. */
export function areLanguages(tags: unknown): tags is string[] {
  return (
    Array.isArray(tags) &&
    tags.length <= MAX_LANGUAGES &&
    tags.every(isLanguage) &&
    new Set<unknown>(tags).size === tags.length
  );
}

/** Says of the first of `tags` that is no language in its canonical form how it is written, where it can be told. */
export function languageFault(tags: readonly unknown[]): string | undefined {
  const wrong = tags.find((tag) => !isLanguage(tag));
  if (wrong === undefined) return undefined;
  const canonical = typeof wrong === 'string' ? canonicalForm(wrong.replaceAll('_', '-')) : undefined;
  return isLanguage(canonical)
    ? `must name languages in their canonical form: ${canonical}`
    : 'must name languages by their tags, such as de or pt-BR';
}

function canonicalForm(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined; // it is no language tag
  }
}
