/** Characters of a trimmed name, of a tenant, campaign or event: no control characters, no lone surrogates. */
export const NAME_CHARACTERS = /^[^\p{Cc}\p{Cs}]*$/u;

/** Counts UTF-16 units as NVARCHAR(500) does, since it lacks the flag u. class-validator's Length counts characters. */
export const NAME_LENGTH = /^[^]{1,500}$/;

/** A character that shows. Braille's empty pattern (U+2800) and the marks of interlinear notes show nothing. */
export const NAME_VISIBLE = /[^\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB]/u;

/** A name as it is kept: without blanks around, its letters composed (NFC), so that one search finds all spellings. */
export function tidyName(name: string): string {
  return name.normalize('NFC').trim();
}
