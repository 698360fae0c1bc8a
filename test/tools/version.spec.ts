import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { versionFaults, writeVersion } from '../../tools/version-places.js';

const FILES = ['package.json', 'package-lock.json', 'client/package.json', 'helm/Chart.yaml'];

describe('the version', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atrium-version-'));
    for (const file of FILES) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      cpSync(file, join(root, file));
    }
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function edit(file: string, change: (text: string) => string): void {
    writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')));
  }

  it('is the same everywhere', () => {
    expect(versionFaults('.')).toEqual([]);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const { info } = JSON.parse(readFileSync('openapi.json', 'utf8')) as { info: { version: string } };
    expect(info.version).toBe(version);
  });

  it.each([
    ['helm/Chart.yaml', 'version: '],
    ['helm/Chart.yaml', "appVersion: '"],
    ['client/package.json', '"version": "'],
    ['package-lock.json', '"version": "'],
  ])('that differs in %s fails the check, which names the file', (file, before) => {
    edit(file, (text) => text.replace(before, `${before}9`));
    expect(versionFaults(root)).toEqual([expect.stringMatching(`^${file} has version 9`)]);
  });

  it('of package.json is copied to all other files, and nothing else changes', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    edit('package.json', (text) => text.replace(`"version": "${version}"`, '"version": "9.8.7-rc.1"'));
    writeVersion(root);
    expect(versionFaults(root)).toEqual([]);
    for (const file of FILES) {
      const written = readFileSync(join(root, file), 'utf8').replaceAll('9.8.7-rc.1', version);
      expect([file, written === readFileSync(file, 'utf8')]).toEqual([file, true]);
    }
  });
});
