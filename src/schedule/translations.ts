import { plainToInstance, Transform } from 'class-transformer';
import { IsOptional, ValidateBy, ValidateNested } from 'class-validator';
import { languageFault, MAX_LANGUAGES } from '../config/language.js';
import type { FieldDeclaration } from '../field/field.js';
import { nameField } from '../http/name.js';
import { textRules } from './content.js';

export const MAX_DESCRIPTION_LENGTH = 5_000;
export const MAX_LOCATION_LENGTH = 200;

const TEXTS = ['name', 'description', 'location'] as const;
type Texts = Partial<Record<(typeof TEXTS)[number], string>>;

/** The texts of a row in other languages, by language tag. */
export type Translations = Record<string, Texts>;

/** A translation as it is given; null takes a text away. */
class Translation {
  name?: string | null;
  description?: string | null;
  location?: string | null;
}

const RULES: Record<(typeof TEXTS)[number], PropertyDecorator[]> = {
  name: nameField('').input?.rules ?? [],
  description: textRules(MAX_DESCRIPTION_LENGTH, true),
  location: textRules(MAX_LOCATION_LENGTH, false),
};
for (const text of TEXTS) for (const decorate of [IsOptional(), ...RULES[text]]) decorate(Translation.prototype, text);

/** Texts by language. A PATCH changes single texts of single languages (RFC 7396). */
export function translationsField(): FieldDeclaration {
  return {
    api: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          name: textSchema(500),
          description: textSchema(MAX_DESCRIPTION_LENGTH),
          location: textSchema(MAX_LOCATION_LENGTH),
        },
        additionalProperties: false,
      },
      example: { de: { name: 'Schwarzer Freitag' } },
    },
    input: {
      rules: [Transform(byLanguage), AreTranslations(), ValidateNested({ message: 'must hold objects' })],
      default: {},
      merge: (present, given) => merged(present as Translations, given as Translations | Map<string, Translation>),
    },
  };
}

function textSchema(maxLength: number) {
  return { type: 'string', minLength: 1, maxLength };
}

/** A Map, since class-validator checks each of its values and names them by their keys. */
function byLanguage({ obj, key }: { obj: Record<string, unknown>; key: string }): unknown {
  const value = obj[key];
  if (!isObject(value)) return value;
  return new Map(Object.entries(value).map(([language, texts]) => [language, translationOf(texts)]));
}

/** Without its language, a translation is one without its texts. */
function translationOf(texts: unknown): unknown {
  if (texts === null) return Object.assign(new Translation(), { name: null, description: null, location: null });
  return isObject(texts) ? plainToInstance(Translation, texts) : texts;
}

function AreTranslations(): PropertyDecorator {
  return ValidateBy({
    name: 'areTranslations',
    validator: {
      validate: (value) => fault(value) === undefined,
      defaultMessage: (args) => fault(args?.value) ?? '',
    },
  });
}

function fault(value: unknown): string | undefined {
  if (!(value instanceof Map)) return 'must be an object of texts by language';
  if (value.size > MAX_LANGUAGES) return `must have at most ${MAX_LANGUAGES} languages`;
  if ([...value.values()].some(Array.isArray)) return 'must hold objects';
  return languageFault([...value.keys()]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merged(present: Translations, given: Translations | Map<string, Translation>): Translations {
  const result = { ...present };
  for (const [language, texts] of given instanceof Map ? given : Object.entries(given)) {
    const all: Translation = { ...result[language], ...texts };
    const kept = TEXTS.flatMap((text) => (typeof all[text] === 'string' ? [[text, all[text]] as const] : []));
    if (kept.length > 0) result[language] = Object.fromEntries(kept);
    else delete result[language];
  }
  return result;
}
