import { createHash } from 'node:crypto';
import { declaringClasses, fieldsOf } from './field.js';

/** Raise it when what is stored in Redis, or the bytes of a body, change in a way that no field shows. */
const LAYOUT = 'v3';

let mark: string | undefined;

/**
 * Names the shape of every body: it changes with a field's name or type. Part of every entity tag and of every key in
 * Redis, so that a phone is not told that an old shape is still right, and releases that run side by side do not read
 * each other's. Worked out once, when all entities are loaded.
 */
export function shapeMark(): string {
  mark ??= LAYOUT + shapeOf(declaringClasses());
  return mark;
}

/** Differs when a field of one of the classes is added, removed, renamed or of another type; documentation makes no difference. */
export function shapeOf(entities: readonly Function[]): string {
  return digest(entities.map(describe).toSorted().join('\n'));
}

function describe(entity: Function): string {
  const fields = fieldsOf(entity).map(
    ({ name, api: { type, format } }) => `${name}:${typeName(type)}:${String(format)}`,
  );
  return `${entity.name} ${fields.join(' ')}`;
}

function typeName(type: unknown): string {
  return typeof type === 'function' ? type.name : JSON.stringify(type ?? null);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
