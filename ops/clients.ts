import '../src/node-version.js';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { startAtrium, TENANT, tokenOf } from './atrium.js';
import { Checks } from './checks.js';

const PORT = 3926;
const TOOLS = resolve('ops/tools/node_modules');
const DESCRIPTION = resolve('openapi.json');

/** A client that a generator makes, and a program that calls the service with it. */
interface Generated {
  generator: string;
  /** Words of the command line that writes the client into the current folder. */
  command: string[];
  /** Files that the command reads. */
  files?: Record<string, string>;
  program: string;
}

const REQUEST = `const campaign = { name: 'Generated', startDate: '2030/03/01 09:00', endDate: '2030/03/08 20:00' };
const { URL: baseUrl = '', TOKEN: token = '' } = process.env;
const authorization = \`Bearer \${token}\`;
const tenant = 'riverside';
`;

/** Each creates a campaign, reads it, is told a problem, and deletes the campaign. */
const CLIENTS: Generated[] = [
  {
    generator: 'openapi-typescript',
    command: [
      resolve('node_modules/openapi-typescript/bin/cli.js'),
      DESCRIPTION,
      '-o',
      'schema.ts',
      '--default-non-nullable=false',
    ],
    program: `import createClient from 'openapi-fetch';
import type { paths } from './schema.js';
${REQUEST}const client = createClient<paths>({ baseUrl, headers: { authorization } });
const header = { 'X-Tenant-Id': tenant };
const made = await client.POST('/campaign-events', { params: { header }, body: campaign });
const path = { id: made.data?.id ?? -1 };
const read = await client.GET('/campaign-events/{id}', { params: { header, path } });
const wrong = await client.PATCH('/campaign-events/{id}', { params: { header, path }, body: { name: '' } });
await client.DELETE('/campaign-events/{id}', { params: { header, path } });
const gone = await client.GET('/campaign-events/{id}', { params: { header, path } });
console.log(read.data?.name, wrong.error?.code, gone.response.status);`,
  },
  {
    generator: '@hey-api/openapi-ts',
    command: [
      `${TOOLS}/@hey-api/openapi-ts/bin/run.js`,
      '-i',
      DESCRIPTION,
      '-o',
      'made',
      '-c',
      '@hey-api/client-fetch',
    ],
    program: `import { campaignCreate, campaignDelete, campaignFind, campaignUpdate } from './made/sdk.gen.js';
${REQUEST}const headers = { 'X-Tenant-Id': tenant, authorization };
const made = await campaignCreate({ baseUrl, headers, body: campaign });
const path = { id: made.data?.id ?? -1 };
const read = await campaignFind({ baseUrl, headers, path });
const wrong = await campaignUpdate({ baseUrl, headers, path, body: { name: '' } });
await campaignDelete({ baseUrl, headers, path });
const gone = await campaignFind({ baseUrl, headers, path });
console.log(read.data?.name, wrong.error?.code, gone.response?.status);`,
  },
  {
    generator: 'orval',
    command: [`${TOOLS}/orval/dist/bin/orval.mjs`, '--config', 'orval.config.mjs'],
    files: {
      'orval.config.mjs': `export default {
  atrium: {
    input: ${JSON.stringify(DESCRIPTION)},
    output: { target: 'made.ts', client: 'fetch', headers: true, baseUrl: { runtime: 'process.env.URL' } },
  },
};`,
    },
    program: `import { campaignCreate, campaignDelete, campaignFind, campaignUpdate } from './made.js';
${REQUEST}void baseUrl;
const header = { 'X-Tenant-Id': tenant };
const signed = { headers: { authorization } };
const made = await campaignCreate(campaign, header, signed);
const id = made.status === 201 ? made.data.id : -1;
const read = await campaignFind(id, header);
const wrong = await campaignUpdate(id, { name: '' }, header, {}, signed);
await campaignDelete(id, header, signed);
const gone = await campaignFind(id, header);
console.log(read.status === 200 && read.data.name, wrong.status === 422 && wrong.data.code, gone.status);`,
  },
  {
    generator: 'oazapfts',
    command: [`${TOOLS}/oazapfts/dist/cli.js`, DESCRIPTION, 'made.ts'],
    program: `import { campaignCreate, campaignDelete, campaignFind, campaignUpdate } from './made.js';
${REQUEST}const options = { baseUrl, headers: { authorization } };
const made = await campaignCreate(tenant, campaign, {}, options);
const id = made.status === 201 && 'id' in made.data ? made.data.id : -1;
const read = await campaignFind(tenant, id, {}, options);
const wrong = await campaignUpdate(tenant, id, { name: '' }, {}, options);
await campaignDelete(tenant, id, {}, options);
const gone = await campaignFind(tenant, id, {}, options);
console.log(read.status === 200 && 'name' in read.data && read.data.name, wrong.status === 422 && wrong.data.code, gone.status);`,
  },
];

const checks = new Checks();
const folder = mkdtempSync(join(tmpdir(), 'atrium-clients-'));
const atrium = await startAtrium(PORT);
try {
  const [editor, admin] = [await tokenOf('editor'), await tokenOf('platform-admin')];
  for (const client of CLIENTS)
    checks.report(`a client of ${client.generator} compiles, and calls`, faultsOf(client, editor));
  checks.report('newman runs the Postman collection, and it leaves nothing behind', await newmanFaults(editor, admin));
} finally {
  await atrium.end();
  rmSync(folder, { recursive: true });
}
checks.end();

function faultsOf({ generator, command, files = {}, program }: Generated, editor: string): string[] {
  const cwd = join(folder, generator.replaceAll(/\W/g, '_'));
  mkdirSync(cwd);
  const manifest = { type: 'module', dependencies: { typescript: '*' } };
  const settings = { strict: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'] };
  write(cwd, {
    ...files,
    'package.json': JSON.stringify(manifest),
    'program.ts': program,
    'tsconfig.json': JSON.stringify({
      compilerOptions: { ...settings, types: ['node'], skipLibCheck: true, noEmit: true },
    }),
  });
  mkdirSync(join(cwd, 'node_modules'));
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers', '@types', 'undici-types', 'typescript'])
    symlinkSync(resolve('node_modules', name), join(cwd, 'node_modules', name));
  for (const name of ['@oazapfts', '@hey-api']) symlinkSync(join(TOOLS, name), join(cwd, 'node_modules', name));
  try {
    node(cwd, command);
    node(cwd, [resolve('node_modules/typescript/bin/tsc'), '-p', '.']);
    const outfile = join(cwd, 'program.mjs');
    const nodePaths = [TOOLS];
    buildSync({
      entryPoints: [join(cwd, 'program.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      nodePaths,
    });
    const said = node(cwd, [outfile], { URL: atrium.url, TOKEN: editor }).trim();
    return said === 'Generated fields-invalid 404' ? [] : [said];
  } catch (thrown) {
    const { stdout = '', stderr = '', message } = thrown as Error & { stdout?: string; stderr?: string };
    return [message, ...`${stdout}\n${stderr}`.split('\n').slice(0, 20)];
  }
}

async function newmanFaults(editor: string, admin: string): Promise<string[]> {
  const before = await rows();
  const report = join(folder, 'newman.json');
  const variables = { baseUrl: atrium.url, tenant: TENANT['X-Tenant-Id'], token: editor, adminToken: admin };
  const given = Object.entries(variables).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]);
  const words = [
    'run',
    'docs/atrium.postman_collection.json',
    ...given,
    '-r',
    'json',
    '--reporter-json-export',
    report,
  ];
  try {
    node(process.cwd(), [join(TOOLS, 'newman/bin/newman.js'), ...words]);
  } catch {
    // The report says what failed.
  }
  const { run } = JSON.parse(readFileSync(report, 'utf8')) as {
    run: {
      stats: { assertions: { total: number; failed: number } };
      failures: { source?: { name: string }; error: { message: string } }[];
    };
  };
  console.log(`     ${run.stats.assertions.total} assertions, ${run.stats.assertions.failed} failed`);
  return [
    ...run.failures.map(({ source, error }) => `${source?.name}: ${error.message}`),
    ...(run.stats.assertions.total < 30 ? ['it asserts too little'] : []),
    ...((await rows()) === before ? [] : ['rows were left behind']),
  ];
}

async function rows(): Promise<string> {
  return (await Promise.all(['/campaign-events?limit=200', '/events?limit=200'].map(read))).join();
}

async function read(path: string): Promise<string> {
  return (await fetch(atrium.url + path, { headers: TENANT })).text();
}

function node(cwd: string, words: string[], env: Record<string, string> = {}): string {
  return execFileSync(process.execPath, words, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 120_000,
  });
}

function write(cwd: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
}
