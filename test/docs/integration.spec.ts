import { execFile, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JWT_SECRET, signToken } from '../support/atrium.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';

const run = promisify(execFile);
const README = readFileSync('README.md', 'utf8');
const GUIDE = readFileSync('docs/integration.md', 'utf8');
const TENANTS = readFileSync('docs/tenants.md', 'utf8');
const CLIENT = readFileSync('client/README.md', 'utf8');

/** Their users paste the commands. Where CI is set, one that is missing fails the run. */
const SHELLS = ['bash', 'zsh', 'dash'].filter((shell) => process.env['CI'] ?? isInstalled(shell));

let folder: string;
let atrium: AtriumProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-guide-'));
  atrium = await startProcess({ DATABASE_URL: `sqlite:${folder}/data` });
});
afterAll(async () => {
  await endProcess(atrium);
  rmSync(folder, { recursive: true });
});

describe('the README', () => {
  it('has five calls that run as they stand on the demo', async () => {
    const [, calls = ''] = blocks(README, 'sh');
    expect(calls.match(/^curl /gm)).toHaveLength(5);
    const stdout = await runCommands(calls);
    expect(stdout).toContain('"name":"Black Friday"');
    expect(stdout).toContain('"items":[{');
    expect(stdout).toContain('HTTP/1.1 200 OK');
    expect(stdout).toContain('"name":"Spring Sale","startDate":"2030-03-01T08:00:00.000Z"');
  });
});

describe('the integration guide', () => {
  it.each(SHELLS)('has commands that run as they stand on the demo, in %s', async (shell) => {
    const stdout = await runCommands(blocks(GUIDE, 'sh').join('\n'), shell);
    expect(stdout).toContain('"name":"Loyalty Club"');
    expect(stdout).toContain('"startDate":"2030-03-01T08:00:00.000Z"'); // nine o'clock in Berlin
    expect(stdout).toMatch(/ask again in a while, with after=\d+/);
    expect(stdout).toContain('"name":"Loyalty Club plus"');
  });

  it('tells every code that the sources know, and no other', () => {
    const told = [...GUIDE.matchAll(/^\| \d{3} +\| `([a-z-]+)`/gm)].map(([, code]) => code);
    // What only admins of the platform meet stands in docs/tenants.md.
    const files = globSync('src/**/*.ts', { exclude: ['src/platform/**'] });
    const sources = files.map((file) => readFileSync(file, 'utf8'));
    const made =
      /(?:(?:Problem|invalid)\(\s*\d{3},|unavailable\(|insufficientRights\(|unauthorized\(|\d{3}:)\s*'([a-z-]+)'/g;
    const codes = sources.flatMap((source) => [...source.matchAll(made)].map(([, code]) => code));
    expect(codes.length).toBeGreaterThan(25);
    const probes = new Set(['not-ready', 'unhealthy']);
    expect(new Set(told)).toEqual(new Set([...codes, 'token-invalid'].filter((code) => !probes.has(code ?? ''))));
  });
});

describe('the document on tenants', () => {
  it('tells every code of a refusal', () => {
    const refusals = readFileSync('src/platform/tenant-problems.ts', 'utf8');
    const codes = [...refusals.matchAll(/(?:Problem\(\s*\d{3},|notMoved\()\s*'([a-z-]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(12);
    for (const code of codes) expect(TENANTS).toContain(`\`${code}\``);
  });
});

describe("the client's README", () => {
  it('has an example that runs as it stands on the demo', async () => {
    const [example = ''] = blocks(CLIENT, 'ts');
    const built = pathToFileURL(resolve('dist/client/src/index.js')).href;
    const file = join(folder, 'example.mts');
    const token = await signToken({ roles: ['editor'], tenants: ['riverside'] });
    const here = example
      .replace("'atrium-client'", `'${built}'`)
      .replace('http://localhost:3000', atrium.url)
      .replace("sessionStorage.getItem('atrium-token')", `'${token}'`);
    writeFileSync(file, here);
    const { stdout } = await run(process.execPath, [file]);
    expect(stdout).toMatch(/^live: .*Black Friday/m);
    expect(stdout).toContain('created: 2030-03-01T08:00:00.000Z');
    expect(stdout).toContain('refused: 412 stale');
    expect(stdout).toMatch(/^upcoming events: [1-9]/m);
    expect(stdout).toMatch(/^1 create campaign 0$/m);
  });
});

async function runCommands(commands: string, shell = 'bash'): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, JWT_SECRET };
  const script = commands.replaceAll('http://localhost:3000', atrium.url);
  const { stdout } = await run(shell, ['-eu', '-c', script], { env });
  return stdout;
}

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text ?? '');
}
