import '../../src/node-version.js';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import openapiTS, { astToString, COMMENT_HEADER, type OpenAPI3 } from 'openapi-typescript';
import { DESCRIBED } from '../../src/app.module.js';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config/config.js';
import { describeApi } from '../../src/openapi/document.js';
import { postmanCollection } from './postman.js';

// Writes what is made of the API's description. It is kept in the repository, so that a change of the API shows in review.
const target = process.argv[2] ?? '.';
const folder = mkdtempSync(join(tmpdir(), 'atrium-openapi-'));
const config = loadConfig({ DATABASE_URL: `sqlite:${folder}`, DEMO: 'false', LOG_LEVEL: 'error' });
const app = await createApp(config);
const document = describeApi(app, config, DESCRIBED);
await app.close();
rmSync(folder, { recursive: true });

const types = await openapiTS(withoutTenantHeader(structuredClone(document) as OpenAPI3), {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  defaultNonNullable: false, // a caller may leave out what has a default
});
write('openapi.json', asJson(document));
write('docs/atrium.postman_collection.json', asJson(postmanCollection(document)));
write('client/src/schema.ts', COMMENT_HEADER + astToString(types));

/** The client names its shopping centre once, not with every call. */
function withoutTenantHeader(description: OpenAPI3): OpenAPI3 {
  for (const methods of Object.values(description.paths ?? {}))
    for (const operation of Object.values(methods) as { parameters?: { name: string }[] }[])
      operation.parameters = operation.parameters?.filter(({ name }) => name !== config.tenantHeader);
  return description;
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function write(name: string, text: string): void {
  const path = join(target, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
