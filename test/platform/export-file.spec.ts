import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keepFile } from '../../src/platform/export-file.js';

describe('the file of an export', () => {
  let folder: string;
  let file: string;
  let victim: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-exports-'));
    file = join(folder, 'exports', 'kept.jsonl');
    victim = join(folder, 'victim');
    writeFileSync(victim, 'of somebody else');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is of its owner only, in a folder that is, too', async () => {
    await keepFile(file, write);
    expect(readFileSync(file, 'utf8')).toBe('rows');
    expect([file, join(folder, 'exports')].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700]);
  });

  it.each(['kept.jsonl', 'kept.jsonl.partial'])('does not go where a link waits at %s', async (name) => {
    symlinkSync(victim, join(folder, name));
    await keepFile(join(folder, 'kept.jsonl'), write).catch(() => undefined);
    expect(readFileSync(victim, 'utf8')).toBe('of somebody else');
    expect(readdirSync(folder)).toEqual(['kept.jsonl', 'victim']);
  });

  it.each(['before', 'meanwhile'])('replaces none that was there %s', async (when) => {
    const target = join(folder, 'kept.jsonl');
    const make = () => writeFileSync(target, 'an earlier export');
    if (when === 'before') make();
    const keeping = keepFile(target, async (sink) => {
      await write(sink);
      if (when === 'meanwhile') make();
    });
    await expect(keeping).rejects.toThrow(when === 'before' ? 'give the name of a new file' : 'EEXIST');
    expect(readFileSync(target, 'utf8')).toBe('an earlier export');
    expect(readdirSync(folder)).toEqual(['kept.jsonl', 'victim']);
  });

  it('is not there when not all of it is, and what an attempt left behind that was cut off is no hindrance', async () => {
    writeFileSync(join(folder, 'kept.jsonl.partial'), 'half a');
    const target = join(folder, 'kept.jsonl');
    await expect(keepFile(target, () => Promise.reject(new Error('in between')))).rejects.toThrow('in between');
    expect(readdirSync(folder)).toEqual(['victim']);
    writeFileSync(join(folder, 'kept.jsonl.partial'), 'half a');
    await keepFile(target, write);
    expect([readFileSync(target, 'utf8'), readdirSync(folder)]).toEqual(['rows', ['kept.jsonl', 'victim']]);
  });
});

async function write(sink: Writable): Promise<void> {
  sink.write('rows');
}
