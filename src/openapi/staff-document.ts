import type { OpenAPIObject } from '@nestjs/swagger';
import { resolved, type Schema } from './schema.js';

interface Operation {
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
}

/** A date as the API's examples give it. */
const LOCAL_DATE = /^\d{4}\/\d\d\/\d\d(?= )/;

/**
 * The document as Swagger UI shows it to people. The shopping centre is entered once, under Authorize, and the browser
 * asks for news by itself. Nothing that changes something can be sent unseen: ids are empty, and bodies are forms that
 * are refused until they are filled in.
 */
export function documentForStaff(document: OpenAPIObject, tenantHeader: string): OpenAPIObject {
  const copy = structuredClone(document);
  const schemas = (copy.components?.schemas ?? {}) as Record<string, Schema>;
  for (const methods of Object.values(copy.paths))
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      operation.parameters = operation.parameters?.filter(
        (parameter) => parameter.in !== 'header' || ![tenantHeader, 'If-None-Match'].includes(parameter.name),
      );
      if (method === 'get') continue;
      for (const { schema } of operation.parameters ?? []) delete schema?.example;
      for (const media of Object.values(operation.requestBody?.content ?? {}))
        media.example = formOf(media.schema, schemas);
    }
  return copy;
}

/** The fields that a body must have, empty; of a PATCH, which needs none, the first. */
function formOf(schema: Schema, schemas: Record<string, Schema>): unknown {
  const { properties, required = [], example } = resolved(schema, schemas) ?? {};
  if (properties === undefined) return emptied(example);
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
  return Object.fromEntries(names.map((name) => [name, formOf(properties[name] ?? {}, schemas)]));
}

function emptied(example: unknown): unknown {
  if (Array.isArray(example)) return [];
  return typeof example === 'string' && LOCAL_DATE.test(example) ? example.replace(LOCAL_DATE, 'yyyy/mm/dd') : '';
}
