import { readFileSync } from 'node:fs';
import { type Atrium, NOBODY } from './atrium.js';

/** The document as it is kept; a spec compares it with the one that is served. */
export const KEPT = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenApi;

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

type Content = Record<string, { schema?: Schema; examples?: Record<string, { value: unknown }> }>;

interface OperationObject {
  operationId: string;
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; example?: unknown; schema?: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; headers?: object; content?: Content }>;
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

/** A request made of the document alone, for a route that no test knows of yet. */
export interface DerivedCall {
  path: string;
  body?: Record<string, unknown> | Blob;
}

/** Works on row 0; deleting takes row 1, so that row 0 is there for the others. */
export function derivedCall({ method, path, requestBody }: Operation): DerivedCall {
  const [type, { schema } = {}] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const example = schema && (exampleOf(schema, KEPT, path) as Record<string, unknown> | string);
  return {
    path: path.replace(/\{\w+\}/, method === 'DELETE' ? '1' : '0'),
    ...(example ? { body: typeof example === 'string' ? new Blob([example], { type: type ?? '' }) : example } : {}),
  };
}

/** Whether requests to it name a tenant. */
export function isOfTenant({ security = [] }: Operation): boolean {
  return security.some((schemes) => 'tenant' in schemes);
}

/** Lists of rows that can be created: the rows of one feature each. */
export function listPaths(): string[] {
  const operations = operationsOf(KEPT).filter(isOfTenant);
  const posts = new Set(operations.filter(({ method }) => method === 'POST').map(({ path }) => path));
  return operations.filter(({ method, path }) => method === 'GET' && posts.has(path)).map(({ path }) => path);
}
