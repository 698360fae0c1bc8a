import { type Atrium, NOBODY } from './atrium.js';

/** As much of a JSON Schema as the tests look into. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
}

type Content = Record<string, { schema?: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }>;

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

export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([name, operation]) => {
      const method = name.toUpperCase();
      return Object.assign(operation, { key: `${method} ${path}`, method, path });
    }),
  );
}
