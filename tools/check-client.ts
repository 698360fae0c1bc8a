import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { buildSync } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Bytes that an app downloads for the client, compressed. */
const MAX_BYTES = 5 * 1024;

/**
 * Packs the client as npm does, and checks what an app gets: its exports, its types from ES modules and CommonJS, its
 * size, and the samples of its README under what `tsc --init` sets.
 */
export async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-client-'));
  try {
    const pack = ['pack', resolve('client'), '--pack-destination', folder, '--silent'];
    const name = execFileSync('npm', pack, { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
    const tarball = join(folder, name);
    const faults = [...(await shapeFaults(tarball)), ...sizeFaults(), ...sampleFaults(folder, tarball)];
    for (const fault of faults) console.error(fault);
    return faults.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function shapeFaults(tarball: string): Promise<string[]> {
  const bytes = readFileSync(tarball);
  const { messages } = await publint({ pack: { tarball: Uint8Array.from(bytes).buffer } });
  const manifest = JSON.parse(readFileSync('client/package.json', 'utf8')) as Record<string, unknown>;
  const published = messages.map((message) => `publint: ${formatMessage(message, manifest) ?? message.code}`);
  const result = await checkPackage(createPackageFromTarballData(bytes));
  const problems = result.types
    ? result.problems.map((problem) => `types: ${JSON.stringify(problem)}`)
    : ['types: none'];
  return [...published, ...problems];
}

/** Each entry point with all that it needs, as a bundler gives it to a browser. */
function sizeFaults(): string[] {
  const options = { bundle: true, minify: true, format: 'esm', write: false } as const;
  return ['index', 'atrium-timeline'].flatMap((entry) => {
    const { outputFiles } = buildSync({ entryPoints: [`client/dist/esm/${entry}.js`], ...options });
    const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
    console.log(`client, ${entry}: ${bytes} bytes compressed, of ${MAX_BYTES}`);
    return bytes > MAX_BYTES ? [`client, ${entry}: ${bytes} bytes compressed are more than ${MAX_BYTES}`] : [];
  });
}

function sampleFaults(folder: string, tarball: string): string[] {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'atrium-client'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', join(modules, 'atrium-client'), '--strip-components=1']);
  symlinkSync(resolve('node_modules/openapi-fetch'), join(modules, 'openapi-fetch'));
  symlinkSync(resolve('node_modules/openapi-typescript-helpers'), join(modules, 'openapi-typescript-helpers'));
  const samples = readFileSync('client/README.md', 'utf8').matchAll(/^```ts\n(.*?)^```/gms);
  for (const [index, [, sample = '']] of [...samples].entries())
    writeFileSync(join(folder, `sample-${index + 1}.mts`), sample);
  writeFileSync(join(folder, 'sample.cts'), CALL_FROM_COMMON_JS);
  const tsc = resolve('node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '--init'], { cwd: folder });
  try {
    execFileSync(process.execPath, [tsc, '--noEmit'], { cwd: folder, encoding: 'utf8' });
    return [];
  } catch (thrown) {
    return [`the samples of client/README.md under tsc --init:\n${(thrown as { stdout: string }).stdout}`];
  }
}

const CALL_FROM_COMMON_JS = `
import atrium = require('atrium-client');
const client = atrium.createAtriumClient({ baseUrl: 'http://localhost:3000', tenant: 'riverside' });
import timeline = require('atrium-client/timeline');
void new timeline.AtriumTimeline({ baseUrl: 'http://localhost:3000', tenant: 'riverside' }).refresh();
void client.GET('/events/live', { params: { header: { 'If-None-Match': '"a"' } } }).then(({ data }) => data?.[0]?.name);
`;
