import type { OpenAPIObject } from '@nestjs/swagger';

/** As much of OpenAPI as a request is made of. */
interface Schema {
  $ref?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; description?: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  security?: Record<string, string[]>[];
}

type Schemas = Record<string, Schema>;

/** The API as a Postman collection (format 2.1): a folder for each group, and `tenant` and `token` given once. */
export function postmanCollection(document: OpenAPIObject): object {
  const { schemas = {}, securitySchemes = {} } = document.components as {
    schemas?: Schemas;
    securitySchemes?: Record<string, { name?: string }>;
  };
  const tenantHeader = securitySchemes['tenant']?.name ?? '';
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'other'))];
  return {
    info: {
      name: document.info.title,
      description: 'Set the variables baseUrl, tenant and, for changes, token.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: [
      { key: 'baseUrl', value: 'http://localhost:3000' },
      { key: 'tenant', value: 'riverside' },
      { key: 'token', value: '' },
    ],
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
    item: tags.map((tag) => ({
      name: tag[0]?.toUpperCase() + tag.slice(1),
      item: operations
        .filter(({ operation }) => (operation.tags?.[0] ?? 'other') === tag)
        .map(({ path, method, operation }) => itemOf(path, method, operation, tenantHeader, schemas)),
    })),
  };
}

function itemOf(path: string, method: string, operation: Operation, tenantHeader: string, schemas: Schemas): object {
  const { summary = path, description, parameters = [], security = [], requestBody } = operation;
  const given = (place: string) =>
    parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name, description, schema }) => ({ key: name, value: textOf(schema), description }));
  const optional = (place: string) => given(place).map((one) => ({ ...one, disabled: true }));
  const needs = (scheme: string) => security.some((schemes) => scheme in schemes);
  const [mediaType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
  return {
    name: summary,
    request: {
      method: method.toUpperCase(),
      description,
      ...(needs('token') ? {} : { auth: { type: 'noauth' } }),
      header: [
        ...(needs('tenant') ? [{ key: tenantHeader, value: '{{tenant}}' }] : []),
        ...(mediaType ? [{ key: 'Content-Type', value: mediaType }] : []),
        ...optional('header'),
      ],
      url: {
        raw: `{{baseUrl}}${url}`,
        host: ['{{baseUrl}}'],
        path: url.split('/').slice(1),
        query: optional('query'),
        variable: given('path'),
      },
      ...(body
        ? {
            body: {
              mode: 'raw',
              raw: JSON.stringify(exampleOf(body.schema, schemas), null, 2),
              options: { raw: { language: 'json' } },
            },
          }
        : {}),
    },
  };
}

function textOf({ example, default: usual, enum: values }: Schema): string {
  const value = example ?? usual ?? values?.[0] ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function exampleOf({ $ref, items, properties, ...schema }: Schema, schemas: Schemas): unknown {
  if (schema.example !== undefined) return schema.example;
  if ($ref) return exampleOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (items) return [exampleOf(items, schemas)];
  return Object.fromEntries(Object.entries(properties ?? {}).map(([name, one]) => [name, exampleOf(one, schemas)]));
}
