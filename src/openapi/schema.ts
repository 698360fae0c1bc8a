/** As much of a schema of OpenAPI as is read or completed here. */
export interface Schema {
  $ref?: string;
  type?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: unknown;
  example?: unknown;
  [other: string]: unknown;
}

/** The schema that a reference leads to; any other schema itself. */
export function resolved(schema: Schema | undefined, schemas: Record<string, Schema>): Schema | undefined {
  return schema?.$ref ? schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
}
