import type { OpenAPIObject } from '@nestjs/swagger';

/** As much of OpenAPI as a request is made of. */
interface Schema {
  $ref?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  [keyword: string]: unknown;
}

type Content = Record<string, { schema: Schema }>;

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
  security?: Record<string, string[]>[];
}

interface Described {
  path: string;
  method: string;
  operation: Operation;
}

type Schemas = Record<string, Schema>;

/** The folder of all deletions: they come last, since other requests use the rows. */
const CLEAN_UP = 'Clean up';

/** The parameter with which a request writes nothing: the rows that it would make are not known to the clean-up. */
const TRIED = 'dryRun';

/**
 * The API as a Postman collection (format 2.1): a folder for each group, and `tenant` and `token` given once. Run from top to
 * bottom it makes rows of its own, works on those, and deletes them. A request is passed over while a variable that it
 * needs has no value, as those for admins of the platform are without `adminToken`.
 */
export function postmanCollection(document: OpenAPIObject): object {
  const { schemas = {}, securitySchemes = {} } = document.components as {
    schemas?: Schemas;
    securitySchemes?: Record<string, { name?: string }>;
  };
  const tenantHeader = securitySchemes['tenant']?.name ?? '';
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  );
  // A run would wait for the end of a stream.
  const described = all.filter(({ operation }) => !operation.responses['200']?.content?.['text/event-stream']);
  const [deletions, others] = [described.filter(isDeletion), described.filter((one) => !isDeletion(one))];
  const folders = Map.groupBy(others, ({ operation }) => operation.tags?.[0] ?? 'other');
  const itemsOf = (of: Described[]) => of.map((one) => itemOf(one, tenantHeader, schemas));
  return {
    info: {
      name: document.info.title,
      description:
        'Set the variables baseUrl, tenant, token (of an editor) and, for the tenants themselves, adminToken. Run it from top to bottom: it cleans up after itself.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: [
      { key: 'baseUrl', value: 'http://localhost:3000' },
      { key: 'tenant', value: 'riverside' },
      { key: 'token', value: '' },
      { key: 'adminToken', value: '' },
    ],
    auth: bearer('token'),
    item: [
      ...[...folders].map(([tag, of]) => ({ name: capitalised(tag), item: itemsOf(of) })),
      // A row before the one that it is part of.
      { name: CLEAN_UP, item: itemsOf(deletions.toReversed()) },
    ],
  };
}

function isDeletion({ method }: Described): boolean {
  return method === 'delete';
}

function itemOf({ path, method, operation }: Described, tenantHeader: string, schemas: Schemas): object {
  const { summary = path, description, parameters = [], security = [], requestBody } = operation;
  const optional = (place: string) =>
    parameters
      .filter((parameter) => parameter.in === place && parameter.name !== tenantHeader)
      .map(({ name, required, description, schema }) => ({
        key: name,
        value: required ? `{{${idOf(path)}}}` : name === TRIED ? 'true' : textOf(schema),
        description,
        ...(required || name === TRIED ? {} : { disabled: true }),
      }));
  const needs = (scheme: string) => security.some((schemes) => scheme in schemes);
  const isAdmins = security.some(({ token }) => token?.includes('platform-admin'));
  const [mediaType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const url = urlOf(path);
  const query = optional('query');
  const request = {
    method: method.toUpperCase(),
    description,
    ...(needs('token') ? (isAdmins ? { auth: bearer('adminToken') } : {}) : { auth: { type: 'noauth' } }),
    header: [
      ...(needs('tenant') ? [{ key: tenantHeader, value: '{{tenant}}' }] : []),
      ...(mediaType ? [{ key: 'Content-Type', value: mediaType }] : []),
      ...optional('header'),
    ],
    url: { raw: `{{baseUrl}}${url}`, host: ['{{baseUrl}}'], path: url.split('/').slice(1), query },
    ...(body
      ? {
          body: {
            mode: 'raw',
            ...rawOf(exampleOf(body.schema, schemas)),
          },
        }
      : {}),
  };
  const needed = [...new Set(JSON.stringify([url, isAdmins ? '{{adminToken}}' : '', request.body]).match(VARIABLE))]
    .map((variable) => variable.slice(2, -2))
    .filter((name) => name !== 'baseUrl')
    .map((name) => (name === 'revision' ? 'eventId' : name));
  return {
    name: summary,
    event: [
      ...(needed.length > 0 || path === '/tenants/{id}'
        ? [script('prerequest', before(needed, path, method, tenantHeader))]
        : []),
      script('test', after(path, operation, tenantHeader, schemas)),
    ],
    request,
    response: savedAnswers(request, operation, schemas),
  };
}

/** Text as it is, and everything else as JSON. */
function rawOf(example: unknown): object {
  if (typeof example === 'string') return { raw: example, options: { raw: { language: 'text' } } };
  return { raw: JSON.stringify(withIds(example), null, 2), options: { raw: { language: 'json' } } };
}

const VARIABLE = /\{\{\w+\}\}/g;

function before(needed: string[], path: string, method: string, tenantHeader: string): string[] {
  const given = needed.map((name) => `pm.variables.get('${name}')`).map((value) => `(${value} ?? '') === ''`);
  return [
    `if (${given.join(' || ')}) pm.execution.skipRequest();`,
    // Only a tenant that is suspended can be retired.
    // Only a deleted row can be brought back.
    ...(path.endsWith('/restore')
      ? [
          `else pm.sendRequest({ url: pm.variables.replaceIn('{{baseUrl}}${urlOf(path.replace('/restore', ''))}'), method: 'DELETE',`,
          `  header: ${headersOfEditor(tenantHeader)} }, () => {});`,
        ]
      : []),
    // The change to take back is made first, so that none is later.
    ...(path.endsWith('/undo')
      ? [
          `else pm.sendRequest({ url: pm.variables.replaceIn('{{baseUrl}}/events/{{eventId}}'), method: 'PATCH',`,
          `  header: { ...${headersOfEditor(tenantHeader)}, 'Content-Type': 'application/json' },`,
          `  body: { mode: 'raw', raw: '{"location":"Level 1"}' } }, () =>`,
          `  pm.sendRequest({ url: pm.variables.replaceIn('{{baseUrl}}/changes?order=desc&limit=1'),`,
          `    header: ${headersOfEditor(tenantHeader)} }, (_, answer) =>`,
          `    pm.collectionVariables.set('revision', answer.json().items[0].revision)));`,
        ]
      : []),
    ...(path === '/tenants/{id}' && method === 'delete'
      ? [
          `else pm.sendRequest({ url: pm.variables.replaceIn('{{baseUrl}}/tenants/{{tenantId}}'), method: 'PATCH',`,
          `  header: { Authorization: pm.variables.replaceIn('Bearer {{adminToken}}'), 'Content-Type': 'application/json' },`,
          `  body: { mode: 'raw', raw: '{"status":"suspended"}' } }, () => {});`,
        ]
      : []),
  ];
}

function after(path: string, { responses }: Operation, tenantHeader: string, schemas: Schemas): string[] {
  const [status = '200', answer] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  const schema = answer?.content?.['application/json']?.schema;
  return [
    `pm.test('answers ${status}', () => pm.response.to.have.status(${status}));`,
    ...(schema
      ? [`pm.test('fits its schema', () => pm.response.to.have.jsonSchema(${JSON.stringify(plain(schema, schemas))}));`]
      : []),
    ...(status === '201' && !path.includes('{')
      ? [`pm.collectionVariables.set('${idOf(path)}', pm.response.json().id);`]
      : []),
    // A test makes the delivery that is sent again.
    ...(path.endsWith('/test') ? [`pm.collectionVariables.set('deliveryId', pm.response.json().id);`] : []),
    // What was made of another row goes at once: later requests are about that one.
    ...(status === '201' && path.includes('{')
      ? [
          `pm.sendRequest({ url: pm.variables.replaceIn('{{baseUrl}}') + pm.response.headers.get('Location'), method: 'DELETE',`,
          `  header: ${headersOfEditor(tenantHeader)} }, () => {});`,
        ]
      : []),
  ];
}

function urlOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `{{${variableOf(path, name)}}}`);
}

/** As a script writes them. */
function headersOfEditor(tenantHeader: string): string {
  return `{ Authorization: pm.variables.replaceIn('Bearer {{token}}'), '${tenantHeader}': pm.variables.replaceIn('{{tenant}}') }`;
}

function script(listen: string, exec: string[]): object {
  return { listen, script: { type: 'text/javascript', exec } };
}

function bearer(variable: string): object {
  return { type: 'bearer', bearer: [{ key: 'token', value: `{{${variable}}}`, type: 'string' }] };
}

/** The answer to success, as Postman shows it beside the request. */
function savedAnswers(originalRequest: object, { responses }: Operation, schemas: Schemas): object[] {
  return Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([status, { description, content = {} }]) => {
      const schema = content['application/json']?.schema;
      return {
        name: description,
        originalRequest,
        code: Number(status),
        _postman_previewlanguage: 'json',
        header: schema ? [{ key: 'Content-Type', value: 'application/json; charset=utf-8' }] : [],
        body: schema ? JSON.stringify(exampleOf(schema, schemas), null, 2) : '',
      };
    });
}

/** The variable with the id of the row that was made by a POST to this path: `campaignEventId` for /campaign-events. */
function idOf(path: string): string {
  const [, collection = ''] = path.split('/');
  return `${collection.replace(/s$/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Id`;
}

/** A key is chosen by whoever runs the collection: until then its requests are passed over. */
function variableOf(path: string, name: string): string {
  if (name === 'key') return idOf(path).replace(/Id$/, 'Key');
  return name === 'id' ? idOf(path) : name;
}

/** A field that names another row takes the one that this collection has made. */
function withIds(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      /.Id$/.test(name) ? `{{${name}}}` : name === 'key' ? '{{rolloutKey}}' : value,
    ]),
  );
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

/** A schema with nothing in it that only people read, and with what it refers to in its place. */
function plain(schema: Schema, schemas: Schemas): unknown {
  const {
    $ref,
    items,
    properties,
    allOf,
    oneOf,
    anyOf,
    example: _example,
    description: _description,
    ...rest
  } = schema;
  if ($ref) return plain(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  const combined = Object.entries({ allOf, oneOf, anyOf }).filter(([, choices]) => choices);
  return {
    ...rest,
    ...Object.fromEntries(combined.map(([word, choices = []]) => [word, choices.map((one) => plain(one, schemas))])),
    ...(items ? { items: plain(items, schemas) } : {}),
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, plain(one, schemas)])) }
      : {}),
  };
}

function capitalised(word: string): string {
  return `${word[0]?.toUpperCase()}${word.slice(1)}`;
}
