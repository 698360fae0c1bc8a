import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Matches, ValidateBy } from 'class-validator';
import type { FieldDeclaration } from '../field/field.js';

/** A draft is for the staff. A cancelled row is shown, and is never live. */
export const STATUSES = ['draft', 'published', 'cancelled'] as const;
export type Status = (typeof STATUSES)[number];

export const MAX_TAGS = 20;

/** One tag. */
export const TAG = /^[a-z0-9-]{1,40}$/;

/** No control characters, no lone surrogates. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;
const LINES = /^(?:[^\p{Cc}\p{Cs}]|[\r\n])*$/u;

/** An https URL without a user name: WHATWG's parser would read `\` as `/`, and skip blanks and slashes, where others do not. */
const HTTPS_URL = /^https:\/\/(?![^/?#]*@)[^\s\\\p{C}/?#][^\s\\\p{C}]*$/iu;
const MAX_URL_LENGTH = 2_048;

export function statusField(): FieldDeclaration {
  return {
    api: { enum: STATUSES, example: 'published' },
    input: {
      rules: [IsIn(STATUSES, { message: `must be one of ${STATUSES.join(', ')}` })],
      default: 'published',
      isKeptByPut: true,
    },
  };
}

/** Plain text, trimmed, of at least one character; null when there is none. */
export function textField(maxLength: number, example: string, { lines = false } = {}): FieldDeclaration {
  return {
    api: { type: String, nullable: true, minLength: 1, maxLength, example },
    input: { rules: textRules(maxLength, lines), default: null },
  };
}

/** An absolute https URL, or null. */
export function urlField(example: string): FieldDeclaration {
  return {
    api: {
      type: String,
      nullable: true,
      pattern: '^[hH][tT][tT][pP][sS]://',
      maxLength: MAX_URL_LENGTH,
      example,
    },
    input: {
      rules: [
        IsString({ message: 'must be text' }),
        ValidateBy({
          name: 'isHttpsUrl',
          validator: {
            validate: (url) =>
              typeof url === 'string' && url.length <= MAX_URL_LENGTH && HTTPS_URL.test(url) && URL.canParse(url),
            defaultMessage: () =>
              `must be an address that begins with https://, without a user name, ${MAX_URL_LENGTH} characters at most`,
          },
        }),
      ],
      default: null,
    },
  };
}

export function tagsField(): FieldDeclaration {
  const items = { type: 'string', pattern: TAG.source };
  return {
    api: { type: 'array', items, maxItems: MAX_TAGS, uniqueItems: true, example: ['fashion', 'level-1'] },
    input: {
      rules: [
        IsArray({ message: 'must be an array' }),
        ArrayMaxSize(MAX_TAGS, { message: `must have at most ${MAX_TAGS} tags` }),
        Matches(TAG, { each: true, message: 'must hold tags of 1-40 characters of a-z, 0-9 and "-"' }),
        ArrayUnique({ message: 'must have each tag once' }),
      ],
      default: [],
    },
  };
}

/** Lengths count UTF-16 units, as NVARCHAR does. */
export function textRules(maxLength: number, lines: boolean): PropertyDecorator[] {
  return [
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsString({ message: 'must be text' }),
    Matches(lines ? LINES : ONE_LINE, {
      message: `must be text without control characters${lines ? ' other than line breaks' : ''}`,
    }),
    Matches(new RegExp(`^[^]{1,${maxLength}}$`), { message: `must be 1 to ${maxLength} characters long` }),
  ];
}
