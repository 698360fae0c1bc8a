import { Transform } from 'class-transformer';
import { IsString, Matches } from 'class-validator';
import { NAME_CHARACTERS, NAME_LENGTH, NAME_VISIBLE, tidyName } from '../config/name-rule.js';
import type { FieldDeclaration } from '../field/field.js';

/**
 * A name: 1-500 characters after trimming and composing, as UTF-16 counts them (an emoji is two), without control
 * characters and with something visible.
 */
export function nameField(example: string): FieldDeclaration {
  return {
    api: { minLength: 1, maxLength: 500, example },
    input: {
      rules: [
        Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? tidyName(value) : value)),
        IsString({ message: ({ value }) => (value === undefined ? 'is missing' : 'must be text') }),
        Matches(NAME_CHARACTERS, { message: 'must be text without control characters' }),
        Matches(NAME_LENGTH, { message: 'must be 1 to 500 characters long (an emoji counts as two)' }),
        Matches(NAME_VISIBLE, { message: 'must have something visible in it' }),
      ],
    },
  };
}
