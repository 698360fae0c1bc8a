import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { runNode } from './child.ts';

const CONFIG = 'tsconfig.build.json';
/** Names the contents of the files that the last sound build was made of. */
const STAMP = 'dist/.stamp';
const BUILD_INFO = 'dist/.tsbuildinfo';
const SOURCES = '{src,migrations,test,tools,bench,ops,client/src}/**/*.ts';
const SETTINGS = [CONFIG, 'tsconfig.json', 'nest-cli.json', 'tools/compiler.ts', 'package-lock.json'];

/** The staff page is bundled from these; openapi.json has the rules of its forms. */
const DESK_SOURCES = 'desk/{index.html,*.{json,ts},{src,build}/**/*.*}';
const DESK_SETTINGS = ['openapi.json', 'package-lock.json'];
const DESK_STAMP = 'desk/dist/.stamp';

export async function main(): Promise<number> {
  return (await build()) && (await buildDesk()) ? 0 : 1;
}

/**
 * Brings dist/ up to date, and does nothing when nothing changed. Standard output stays free for the command that follows.
 * Returns whether it compiled without an error.
 */
export async function build(): Promise<boolean> {
  const sources = globSync(SOURCES, { exclude: ['**/node_modules/**', '**/*.d.ts'] }).toSorted();
  const outputs = sources.map((source) => `dist/${source.replace(/\.ts$/, '.js')}`);
  const stamp = stampOf([...sources, ...SETTINGS]);
  if (isStamped(STAMP, stamp) && outputs.every(existsSync)) return true;

  const beganMs = performance.now();
  console.error(`Building Atrium…${existsSync(BUILD_INFO) ? '' : ' The first time takes about half a minute.'}`);
  forgetBuild();
  removeAllBut(outputs);
  // Loading the compiler takes a second, which an unchanged build doesn't wait for.
  const { compile } = await import('./compiler.ts');
  if (!compile(CONFIG)) return false;
  if (!outputs.every(existsSync)) {
    rmSync(BUILD_INFO);
    compile(CONFIG);
  }
  writeFileSync(STAMP, stamp);
  console.error(`Built in ${((performance.now() - beganMs) / 1_000).toFixed(1)} s.`);
  return true;
}

/** Bundles the staff page into desk/dist/ when something of it changed. Returns whether it is there. */
export async function buildDesk(): Promise<boolean> {
  const stamp = stampOf([...globSync(DESK_SOURCES).toSorted(), ...DESK_SETTINGS]);
  if (isStamped(DESK_STAMP, stamp)) return true;
  const beganMs = performance.now();
  console.error('Building the desk…');
  const vite = ['node_modules/vite/bin/vite.js', 'build', 'desk', '--configLoader', 'native', '--logLevel', 'warn'];
  if ((await runNode(vite)) !== 0) return false;
  writeFileSync(DESK_STAMP, stamp);
  console.error(`Built in ${((performance.now() - beganMs) / 1_000).toFixed(1)} s.`);
  return true;
}

/** Makes the next build compare every file: something else is about to write into dist/. */
export function forgetBuild(): void {
  rmSync(STAMP, { force: true });
}

function stampOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`\n${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

function isStamped(file: string, stamp: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8') === stamp;
}

/** Removes outputs whose sources are gone: a spec that was removed must not run. */
function removeAllBut(outputs: string[]): void {
  const kept = new Set(outputs);
  for (const file of globSync('dist/**/*.{js,js.map}')) if (!kept.has(file.replace(/\.map$/, ''))) rmSync(file);
}
