import { type Atrium, NOBODY } from './atrium.js';

/** As much of a JSON Schema as the tests look into. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface OperationObject {
  operationId: string;
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; example?: unknown; schema?: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
  security?: Record<string, string[]>[];
}

export interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Schema> };
}

/** One path and method of the document. */
export interface Operation extends OperationObject {
  /** Such as `GET /campaign-events/{id}`. */
  key: string;
  method: string;
  path: string;
}

export async function readOpenApi(atrium: Pick<Atrium, 'call'>): Promise<OpenApi> {
  return (await atrium.call<OpenApi>(NOBODY, 'GET', '/openapi.json')).body;
}

/** A value for `schema`, made of nothing but its examples. @throws Error that names the place without one */
export function exampleOf(schema: Schema, document: OpenApi, place: string): unknown {
  const { $ref, items, properties } = schema;
  if ('example' in schema) return schema.example;
  if (schema.examples) return schema.examples[0];
  if ('default' in schema) return schema.default;
  if ($ref) {
    const name = $ref.split('/').at(-1) ?? '';
    return exampleOf(document.components.schemas[name] ?? {}, document, name);
  }
  if (items) return [exampleOf(items, document, `${place}[]`)];
  if (!properties) throw new Error(`${place} has no example`);
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, exampleOf(property, document, `${place}.${name}`)]),
  );
}

export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([name, operation]) => {
      const method = name.toUpperCase();
      return Object.assign(operation, { key: `${method} ${path}`, method, path });
    }),
  );
}
