import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Config } from '../config/config.js';
import { VERSION } from '../config/version.js';
import type { Operation } from '../problem/api-problem.js';
import { ProblemDocument } from '../problem/problem.dto.js';
import { complete } from './completion.js';

/** A group of operations. */
export interface ApiTag {
  name: string;
  description: string;
}

/** The parts of the description that the features declare. */
export interface Described {
  /** In the order in which they are shown. */
  tags: readonly ApiTag[];
  /** The names of rows that people change. */
  resources: readonly string[];
}

/** Marks a schema or parameter whose values are the names of rows that people change. */
export const RESOURCE_NAME = { 'x-resource-name': true };

const INTRODUCTION = `
Campaigns and events of shopping centres. A request names its shopping centre and sees that one's rows only.

1. Press **Authorize**. Enter the id of your shopping centre (on the demo \`riverside\` or \`sunset-plaza\`) and press its
   button *Authorize*; for changes do the same with your *token*. The line beside the button then says which shopping centre
   you are in. Both are remembered by this browser. On a computer that others use, press *Logout* when you are done.
2. Open an operation below, fill in what it asks for and press **Execute**.

**Where a token comes from.** Whoever runs Atrium gives it to you, or the sign-in of your company does. On the demo it stands
in the terminal in which Atrium was started.

**Dates.** Give them as the clocks at the shopping centre show them, \`2026/11/27 00:00\`, or with an offset,
\`2026-11-27T00:00:00+01:00\`. Answers are in UTC, with a Z at the end: the midnight above is \`2026-11-26T23:00:00.000Z\` in Berlin.
What ends at \`23:59\` ends with that day.

**When something is wrong** the answer says so: \`detail\` in words, \`code\` for programs, and \`errors\` names each bad field.
`;

/** The API described as OpenAPI 3.1, made from the controllers and the classes they take and give. */
export function describeApi(
  app: INestApplication,
  { tenantHeader, publicReads }: Config,
  { tags, resources }: Described,
): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Atrium')
    .setDescription(INTRODUCTION.trim())
    .setVersion(VERSION)
    .setOpenAPIVersion('3.1.0')
    .addServer('/', 'The Atrium that serves this document')
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: tenantHeader,
        description: 'Id of the shopping centre, such as riverside. It is needed beside the token',
      },
      'tenant',
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Of an editor, for changes' },
      'token',
    )
    .build();
  description.info.license = { name: 'MIT', identifier: 'MIT' } as OpenAPIObject['info']['license'];
  const document = SwaggerModule.createDocument(app, description, {
    extraModels: [ProblemDocument],
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
  for (const operation of operationsOf(document)) {
    // An operation stands in one group: that of its method goes before that of its controller.
    operation.tags = operation.tags?.slice(-1);
    if (publicReads) withTokenOfEditors(operation);
  }
  return inGroups(nameResources(complete(document, tenantHeader), resources), tags);
}

function nameResources(document: OpenAPIObject, resources: readonly string[]): OpenAPIObject {
  const named = (_: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !('x-resource-name' in value)) return value;
    const { 'x-resource-name': _mark, ...rest } = value;
    // The mark of a parameter stands beside its schema.
    return 'schema' in rest ? { ...rest, schema: { type: 'string', enum: resources } } : { ...rest, enum: resources };
  };
  return JSON.parse(JSON.stringify(document, named)) as OpenAPIObject;
}

function operationsOf({ paths }: Pick<OpenAPIObject, 'paths'>): Operation[] {
  return Object.values(paths).flatMap((path): Operation[] => Object.values(path));
}

/** Public reads need no token. With one, editors see more. */
function withTokenOfEditors(operation: Operation): void {
  if (!operation.security?.some(({ token }) => token?.includes('reader'))) return;
  operation.security = [{ tenant: [] }, { tenant: [], token: ['editor'] }];
  Object.assign(operation.responses['401'] ?? {}, { description: 'There is a token, and it is not valid' });
}

/** Paths in the order of their groups; groups without a path are left out. */
function inGroups(document: OpenAPIObject, groups: readonly ApiTag[]): OpenAPIObject {
  const rank = (path: OpenAPIObject['paths'][string]) => {
    const at = groups.findIndex(({ name }) => operationsOf({ paths: { path } })[0]?.tags?.includes(name));
    return at === -1 ? groups.length : at;
  };
  const paths = Object.entries(document.paths).toSorted(([, one], [, other]) => rank(one) - rank(other));
  const used = new Set(operationsOf(document).flatMap(({ tags = [] }) => tags));
  const tags = groups.filter(({ name }) => used.has(name));
  return { ...document, paths: Object.fromEntries(paths), tags };
}
