import 'reflect-metadata';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

/** The requests that carry a row's fields: POST, PUT and PATCH. */
export type Purpose = 'create' | 'replace' | 'update';

/** How callers give a field. */
export interface InputDeclaration {
  /** Decorators of class-validator and class-transformer. */
  rules: PropertyDecorator[];
  /** Documentation of the field in requests, where it differs from that in answers. */
  api?: ApiPropertyOptions;
  /** The requests that may carry it; all three unless given. */
  in?: readonly Purpose[];
  /** The value of a field left out of a POST or a PUT, and of a null in a PATCH. Without it the field is required. */
  default?: unknown;
  /** A PUT without the field leaves it as it is. */
  isKeptByPut?: boolean;
  /** Combines the value of the row, or the default in a POST and a PUT, with the one given, which else replaces it. */
  merge?: (present: unknown, given: unknown) => unknown;
}

/** One field of a row: what the wire carries of it, and how it is given. */
export interface FieldDeclaration {
  /** Documentation of the field in answers. */
  api: ApiPropertyOptions;
  /** Absent: made by the service, refused in requests. */
  input?: InputDeclaration;
}

export interface DeclaredField extends FieldDeclaration {
  name: string;
}

const FIELDS = 'atrium:fields';
const declaring: Function[] = [];

/** Declares a property of an entity as a field of the API. Its column is declared beside it, by TypeORM's decorator. */
export function Field(declaration: FieldDeclaration): PropertyDecorator {
  return (prototype, property) => {
    ApiProperty(declaration.api)(prototype, property);
    const field = { name: String(property), ...declaration };
    Reflect.defineMetadata(FIELDS, [...declaredOn(prototype), field], prototype);
    if (!declaring.includes(prototype.constructor)) declaring.push(prototype.constructor);
  };
}

/** The fields of an entity in the order of their declaration, those of the class it extends first. */
export function fieldsOf(entity: Function): readonly DeclaredField[] {
  return declaredOn(entity.prototype as object);
}

/** A row as JSON carries it: its fields and nothing else. */
export function toWire(row: object): Record<string, unknown> {
  const values = row as Record<string, unknown>;
  return Object.fromEntries(fieldsOf(row.constructor).map(({ name }) => [name, values[name]]));
}

/** All classes that declare fields, for what depends on the shape of every body. */
export function declaringClasses(): readonly Function[] {
  return declaring;
}

function declaredOn(prototype: object): readonly DeclaredField[] {
  return (Reflect.getMetadata(FIELDS, prototype) as DeclaredField[] | undefined) ?? [];
}
