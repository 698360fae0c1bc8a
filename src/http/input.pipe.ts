import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, invalid, Problem } from '../problem/problem.js';

const UNKNOWN = 'is not a field here';

const MAX_NAME_LENGTH = 100;

class InvalidFields extends Error {
  constructor(readonly errors: FieldError[]) {
    super('invalid fields');
  }
}

/** Reads a body or a query into its class. Fields that the class does not declare are refused, not dropped. */
@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new InvalidFields(errors.flatMap((error) => fieldErrors(error, '#'))),
    });
  }

  /** @throws Problem 422 for a body, 400 for a query, naming the bad fields; 400 for no body at all */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // The path's id has a pipe of its own. Nest's would turn 0x10 into 16 before that pipe sees it.
    if (metadata.type !== 'body' && metadata.type !== 'query') return value;
    try {
      if (metadata.type === 'body') requireObject(value);
      refuseInheritedNames(value);
      return await super.transform(value, metadata);
    } catch (thrown) {
      if (!(thrown instanceof InvalidFields)) throw thrown;
      throw metadata.type === 'body' ? invalid(422, 'fields-invalid', thrown.errors) : invalidQuery(thrown.errors);
    }
  }
}

/** Refuses all parameters, for routes that have none. @throws Problem 400 naming them */
export function refuseParameters(query: object): void {
  const errors = Object.keys(query).map((name) => ({ pointer: `#/${pointerToken(name)}`, detail: UNKNOWN }));
  if (errors.length > 0) throw invalidQuery(errors);
}

export function invalidQuery(errors: FieldError[]): Problem {
  return invalid(400, 'query-invalid', errors);
}

function requireObject(value: unknown): void {
  if (value === undefined) throw new Problem(400, 'bad-request', 'The body is empty: send a JSON object.');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new InvalidFields([{ pointer: '#', detail: 'must be a JSON object' }]);
}

/**
 * Refuses fields named like members of every object (constructor, toString), which validation would overlook. It recurses:
 * json-body.ts limits the depth.
 */
function refuseInheritedNames(value: unknown, parent = '#'): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    const pointer = `${parent}/${pointerToken(name)}`;
    if (name in Object.prototype || name === 'prototype') throw new InvalidFields([{ pointer, detail: UNKNOWN }]);
    refuseInheritedNames(child, pointer);
  }
}

function fieldErrors({ property, constraints, children = [] }: ValidationError, parent: string): FieldError[] {
  const pointer = `${parent}/${pointerToken(property)}`;
  const own = Object.entries(constraints ?? {}).map(([rule, message]) => ({
    pointer,
    detail: rule === 'whitelistValidation' ? UNKNOWN : message,
  }));
  return [...own, ...children.flatMap((child) => fieldErrors(child, pointer))];
}

/** Escapes a token of a JSON Pointer (RFC 6901, section 3). A name that is too long for a field is cut short. */
export function pointerToken(token: string): string {
  const name = token.length > MAX_NAME_LENGTH ? `${token.slice(0, MAX_NAME_LENGTH).toWellFormed()}…` : token;
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
