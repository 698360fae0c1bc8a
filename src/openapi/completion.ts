import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type Operation, takeCodes } from '../problem/api-problem.js';
import { TENANT_ID } from '../config/tenant-seed.js';
import { sampleOf } from './problem-samples.js';
import { resolved, type Schema } from './schema.js';

interface Response {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema?: Schema; examples?: Record<string, unknown> }>;
}

const PROBLEM = 'application/problem+json';

const HEADERS: Record<string, { description: string; schema: Schema }> = {
  ETag: {
    description: 'Names this state. Send it as If-None-Match to ask for news, as If-Match with a change',
    schema: { type: 'string', example: '"kT3mV0s8yq1Zb_4nD2x7Lw.br"' },
  },
  'Cache-Control': {
    description: 'For how long the answer may be used without asking: never past the next start or end in it',
    schema: { type: 'string', example: 'public, max-age=5' },
  },
  Vary: { description: 'The headers of the request that the answer depends on', schema: { type: 'string' } },
  'X-Cache': {
    description: 'Where the answer came from; stale is memory while the database is away',
    schema: { type: 'string', enum: ['memory', 'redis', 'database', 'stale'] },
  },
  'X-Revision': {
    description: 'With at or revision: the revision that the answer shows',
    schema: { type: 'integer', minimum: 0, example: 42 },
  },
  'X-Request-Id': {
    description: 'Names this request in the logs: your own X-Request-Id, or a new one',
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'Seconds to wait before another try',
    schema: { type: 'integer', minimum: 0, example: 5 },
  },
  Location: { description: 'The path of what was created', schema: { type: 'string', example: '/campaign-events/7' } },
  'Idempotency-Replayed': {
    description: 'Present when this is the first answer to the same Idempotency-Key, given again',
    schema: { type: 'string', enum: ['true'] },
  },
  'WWW-Authenticate': { description: 'The challenge of RFC 6750', schema: { type: 'string' } },
};

/**
 * Completes what the decorators of the routes say: who may call a route, the headers of its answers, conditional
 * requests, and a sample of every problem.
 */
export function complete(document: OpenAPIObject, tenantHeader: string): OpenAPIObject {
  const codesByStatus = new Map<string, Set<string>>();
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      operation.security ??= [];
      completeParameters(operation, method, tenantHeader);
      completeResponses(operation, method, path, codesByStatus);
    }
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const [status, codes] of codesByStatus) schemas[`Problem${status}`] = problemOf(schemas, status, [...codes]);
  for (const methods of Object.values(document.paths))
    for (const [method, { requestBody }] of Object.entries(methods as Record<string, Operation>))
      for (const { schema } of Object.values((requestBody as Response | undefined)?.content ?? {})) {
        closeInput(schema, schemas);
        if (method === 'patch') exemplifyPatch(resolved(schema, schemas));
      }
  const headers = { ...document.components?.headers, ...HEADERS } as NonNullable<
    OpenAPIObject['components']
  >['headers'];
  return { ...document, components: { ...document.components, headers } };
}

function isOf(scheme: string, { security = [] }: Operation): boolean {
  return security.some((one) => scheme in one);
}

/** Whether the answer has an entity tag: that of a public route depends on nothing that is kept, and a stream has no end. */
function isConditional(method: string, operation: Operation): boolean {
  return method === 'get' && (operation.security ?? []).length > 0 && !isStream(operation);
}

function isStream({ responses }: Operation): boolean {
  const { content = {} } = (responses['200'] ?? {}) as Response;
  return 'text/event-stream' in content;
}

/** Whether it shows another moment when it is asked to. */
function takesMoment({ parameters = [] }: Operation): boolean {
  return parameters.some((one) => 'name' in one && one.name === 'at' && one.in === 'query');
}

function completeParameters(operation: Operation, method: string, tenantHeader: string): void {
  const given = (operation.parameters ?? []) as { name: string; in: string }[];
  const parameters = [
    ...(isOf('tenant', operation)
      ? [
          headerParameter(tenantHeader, 'Id of the shopping centre', {
            required: true,
            schema: { type: 'string', pattern: TENANT_ID.source, example: 'riverside' },
          }),
        ]
      : []),
    ...given,
    ...(isConditional(method, operation)
      ? [headerParameter('If-None-Match', 'The ETag you have: while it is right, the answer is 304 without a body')]
      : given.some(({ name }) => name === 'If-Match')
        ? [headerParameter('If-None-Match', 'An ETag, or *: refuses to change the row while it has that tag')]
        : []),
  ];
  operation.parameters = parameters as Operation['parameters'];
}

function headerParameter(name: string, description: string, more: object = {}): object {
  return { name, in: 'header', required: false, description, schema: { type: 'string' }, ...more };
}

function completeResponses(
  operation: Operation,
  method: string,
  path: string,
  codesByStatus: Map<string, Set<string>>,
): void {
  const responses = operation.responses as Record<string, Response>;
  if (isConditional(method, operation)) responses['304'] = { description: 'It is as your ETag says; there is no body' };
  responses['default'] = {
    description: 'Any other problem, such as a method that the path lacks, or a defect',
    headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } },
    content: {
      [PROBLEM]: {
        schema: { $ref: '#/components/schemas/ProblemDocument' },
        examples: { internal: { summary: 'internal', value: sampleOf('500', 'internal', '', path) } },
      },
    },
  };
  const codesOf = takeCodes(operation);
  for (const [status, response] of Object.entries(responses).filter(([status]) => status !== 'default')) {
    const names = headersOf(operation, method, status);
    const headers = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
    // Nest gives all operations of a class the same object.
    const description = response.description || STATUS_CODES[status] || '';
    responses[status] = { ...response, description, headers };
    if (!response.content?.[PROBLEM]) continue;
    const codes = codesOf.get(status) ?? [];
    const known = codesByStatus.get(status) ?? new Set();
    for (const code of codes) known.add(code);
    codesByStatus.set(status, known);
    // Nest joins the descriptions of class and method.
    const told = [...new Set(description.split('\n\n'))].join(' ');
    responses[status] = {
      description: `${told} (${codes.map((code) => `\`${code}\``).join(', ')})`,
      headers,
      content: {
        [PROBLEM]: {
          schema: { $ref: `#/components/schemas/Problem${status}` },
          examples: Object.fromEntries(
            codes.map((code) => [code, { summary: code, value: sampleOf(status, code, told, path) }]),
          ),
        },
      },
    };
  }
}

function headersOf(operation: Operation, method: string, status: string): string[] {
  const names = ['X-Request-Id', ...(isOf('tenant', operation) ? ['Vary'] : [])];
  const conditional = isConditional(method, operation);
  if (status === '304') return ['ETag', 'Cache-Control', ...names];
  if (status.startsWith('2')) {
    if (conditional && takesMoment(operation)) names.unshift('X-Revision');
    if (conditional) return ['ETag', 'Cache-Control', 'X-Cache', ...names];
    const isConditionalWrite = operation.parameters?.some((one) => 'name' in one && one.name === 'If-Match');
    const isRepeatable = operation.parameters?.some((one) => 'name' in one && one.name === 'Idempotency-Key');
    if (status === '201') names.unshift('Location', 'ETag');
    if (status === '200' && (isConditionalWrite || isRepeatable)) names.unshift('ETag');
    return isRepeatable ? ['Idempotency-Replayed', ...names] : names;
  }
  if (status === '401') names.unshift('WWW-Authenticate');
  if (status === '429' || status === '503') names.unshift('Retry-After');
  return ['Cache-Control', ...names];
}

/** The schema of the problems of one status: it names all their codes. */
function problemOf(schemas: Record<string, Schema>, status: string, codes: string[]): Schema {
  const { ProblemDocument = {} } = schemas;
  const [code = ''] = codes.toSorted();
  return {
    ...ProblemDocument,
    description: `A problem of status ${status}`,
    properties: {
      ...ProblemDocument.properties,
      type: { type: 'string', example: `urn:atrium:problem:${code}` },
      title: { type: 'string', example: STATUS_CODES[status] },
      status: { type: 'integer', enum: [Number(status)], example: Number(status) },
      code: { type: 'string', enum: codes.toSorted(), example: code },
    },
  };
}

/** The example of a patch changes one field: the others would be changed by whoever sends it as it is. */
function exemplifyPatch(schema: Schema | undefined): void {
  const [first] = Object.entries(schema?.properties ?? {});
  if (schema && first) schema.example ??= { [first[0]]: first[1].example };
}

/** Fields that a body does not name are refused. */
function closeInput(schema: Schema | undefined, schemas: Record<string, Schema>): void {
  const named = resolved(schema, schemas);
  if (named?.properties && named.additionalProperties === undefined) {
    named.additionalProperties = false;
    for (const property of Object.values(named.properties)) closeInput(property, schemas);
  }
  if (named?.items) closeInput(named.items, schemas);
}
