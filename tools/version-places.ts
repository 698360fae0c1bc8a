import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copies of the version in package.json, beside openapi.json, which is generated. The second group is the version. */
const PLACES: [file: string, pattern: RegExp][] = [
  ['package-lock.json', /^(\{\n {2}"name": "atrium",\n {2}"version": ")([^"]*)/],
  ['package-lock.json', /(\n {4}"": \{\n {6}"name": "atrium",\n {6}"version": ")([^"]*)/],
  ['client/package.json', /(\n {2}"version": ")([^"]*)/],
  ['helm/Chart.yaml', /^(version: )(.*)$/m],
  ['helm/Chart.yaml', /^(appVersion: ')([^'\n]*)/m],
];

/** Names each file whose version differs from that of package.json, in words. */
export function versionFaults(root: string): string[] {
  const version = versionOf(root);
  return PLACES.flatMap(([file, pattern]) => {
    const found = pattern.exec(readFileSync(join(root, file), 'utf8'))?.[2];
    if (found === version) return [];
    return `${file} has version ${found ?? 'nowhere'}, package.json ${version}: "npm run version:write" copies it.`;
  });
}

/** Copies the version of package.json to where else it stands. */
export function writeVersion(root: string): void {
  const version = versionOf(root);
  for (const [file, pattern] of PLACES) {
    const text = readFileSync(join(root, file), 'utf8');
    writeFileSync(join(root, file), text.replace(pattern, `$1${version}`));
  }
}

function versionOf(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
