import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsOptional, ValidateIf } from 'class-validator';
import { type DeclaredField, fieldsOf, type InputDeclaration, type Purpose } from './field.js';

interface InputField extends DeclaredField {
  input: InputDeclaration;
}

/** The swagger plugin of the Nest CLI keeps the comments of an entity's properties here. */
interface Documented {
  _OPENAPI_METADATA_FACTORY?: () => Record<string, { description?: string }>;
}

/**
 * A request class made of the fields that `entity` declares, with their rules and documentation, and no others.
 * `T` says what of it the code may rely on.
 * @param without fields that this request does not carry
 */
export function InputOf<T>(entity: Type<T>, purpose: Purpose, without: readonly string[] = []): Type<T> {
  class Input {}
  for (const field of inputFields(entity, purpose)) {
    if (without.includes(field.name)) continue;
    const decorators = [...field.input.rules, ...presence(field, purpose), document(entity, field, purpose)];
    for (const decorate of decorators) decorate(Input.prototype, field.name);
  }
  return Input as Type<T>;
}

/** The fields of a POST or a PUT, with the defaults of those that were left out. What a PUT keeps is left out of it. */
export function withDefaults<F extends object>(entity: Function, purpose: 'create' | 'replace', fields: F): F {
  const all = { ...fields } as Record<string, unknown>;
  for (const { name, input } of inputFields(entity, purpose)) {
    if (!hasDefault(input)) continue;
    if (!isAbsent(fields, name)) all[name] = combined(input, input.default, all[name]);
    else if (isKept(input, purpose)) delete all[name];
    else all[name] = input.default;
  }
  return all as F;
}

/**
 * The fields of a PATCH: null stands for the default (RFC 7396 has it remove a member).
 * @param present the row, for fields that are patched themselves
 */
export function withoutNulls<F extends object>(entity: Function, fields: F, present: object): F {
  const all = { ...fields } as Record<string, unknown>;
  for (const { name, input } of inputFields(entity, 'update')) {
    if (!hasDefault(input) || all[name] === undefined) continue;
    const value = (present as Record<string, unknown>)[name];
    all[name] = all[name] === null ? input.default : combined(input, value, all[name]);
  }
  return all as F;
}

/** The fields of a row that callers give, with their values. */
export function givenOf<T extends object>(row: T): Partial<T> {
  const values = row as Record<string, unknown>;
  return Object.fromEntries(
    inputFields(row.constructor, 'create').map(({ name }) => [name, values[name]]),
  ) as Partial<T>;
}

function combined({ merge }: InputDeclaration, present: unknown, given: unknown): unknown {
  return merge ? merge(present, given) : given;
}

function inputFields(entity: Function, purpose: Purpose): InputField[] {
  return fieldsOf(entity).filter(
    (field): field is InputField =>
      field.input !== undefined && (field.input.in === undefined || field.input.in.includes(purpose)),
  );
}

function hasDefault(input: InputDeclaration): boolean {
  return 'default' in input;
}

function isKept({ isKeptByPut = false }: InputDeclaration, purpose: Purpose): boolean {
  return isKeptByPut && purpose === 'replace';
}

function isAbsent(fields: object, name: string): boolean {
  return ((fields as Record<string, unknown>)[name] ?? null) === null;
}

function isRequired(input: InputDeclaration, purpose: Purpose): boolean {
  return purpose !== 'update' && !hasDefault(input) && !isKept(input, purpose);
}

/** A field with a default may be null; any other may be left out where it is not required, and is never null. */
function presence({ input }: InputField, purpose: Purpose): PropertyDecorator[] {
  if (hasDefault(input)) return [IsOptional()];
  return isRequired(input, purpose) ? [] : [ValidateIf((_, value) => value !== undefined)];
}

function document(entity: Function, { name, api, input }: InputField, purpose: Purpose): PropertyDecorator {
  const description = commentOn(entity, name);
  const declared = input.api ?? api;
  const type: unknown = 'enum' in declared ? undefined : Reflect.getMetadata('design:type', entity.prototype, name);
  return ApiProperty({
    ...(type === undefined ? {} : { type }),
    ...(description === undefined ? {} : { description }),
    ...declared,
    ...(hasDefault(input) && purpose !== 'update' ? { default: input.default } : {}),
    required: isRequired(input, purpose),
  } as ApiPropertyOptions);
}

/** The comment on a property, where the class or one that it extends declares it. */
function commentOn(entity: Function, name: string): string | undefined {
  for (let type: unknown = entity; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    const found = Object.hasOwn(type, '_OPENAPI_METADATA_FACTORY')
      ? (type as Documented)._OPENAPI_METADATA_FACTORY?.()[name]
      : undefined;
    if (found) return found.description;
  }
  return undefined;
}
