import '../../src/node-version.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DESCRIBED } from '../../src/app.module.js';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config/config.js';
import { describeApi } from '../../src/openapi/document.js';
import { postmanCollection } from './postman.js';

// Writes openapi.json and the Postman collection: kept in the repository, so that a change of the API shows in review.
const folder = mkdtempSync(join(tmpdir(), 'atrium-openapi-'));
const config = loadConfig({ DATABASE_URL: `sqlite:${folder}`, DEMO: 'false', LOG_LEVEL: 'error' });
const app = await createApp(config);
const document = describeApi(app, config, DESCRIBED);
writeFileSync('openapi.json', `${JSON.stringify(document, null, 2)}\n`);
writeFileSync('docs/atrium.postman_collection.json', `${JSON.stringify(postmanCollection(document), null, 2)}\n`);
await app.close();
rmSync(folder, { recursive: true });
