import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resetDemo } from '../../tools/demo-reset.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';

describe('npm run demo:reset', () => {
  let root: string;
  let folder: string;
  let running: AtriumProcess | undefined;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atrium-reset-'));
    folder = join(root, 'data');
  });
  afterEach(async () => {
    if (running) await endProcess(running, 'SIGKILL');
    running = undefined;
    rmSync(root, { recursive: true });
  });

  async function serve(): Promise<AtriumProcess> {
    return (running = await startProcess({ DATABASE_URL: `sqlite:${folder}`, JWT_SECRET: '' }));
  }

  it('refuses while Atrium runs, and the service goes on', async () => {
    const { call } = await serve();
    expect(() => resetDemo(folder)).toThrow('in use by a running Atrium');
    expect((await call('riverside', 'GET', '/campaign-events', undefined, { authorization: '' })).status).toBe(200);
  });

  it('removes the folder once Atrium has ended, and says which shopping centres went', async () => {
    await endProcess(await serve());
    expect(resetDemo(folder)).toContain('2 shopping centres (riverside, sunset-plaza)');
    expect(existsSync(folder)).toBe(false);
  });

  it('says that there is nothing to reset', () => {
    expect(resetDemo(folder)).toContain('nothing to reset');
  });

  it('leaves a folder alone that holds anything else', async () => {
    await endProcess(await serve());
    writeFileSync(join(folder, 'thesis.txt'), 'years of work');
    const before = readdirSync(folder);
    expect(() => resetDemo(folder)).toThrow('it holds thesis.txt. Nothing was removed.');
    expect(readdirSync(folder)).toEqual(before);
  });

  it('leaves a folder alone that Atrium did not make', () => {
    mkdirSync(join(folder, 'tenants'), { recursive: true });
    expect(() => resetDemo(folder)).toThrow('it holds no catalogue.sqlite');
    writeFileSync(join(folder, 'catalogue.sqlite'), '');
    expect(() => resetDemo(folder)).toThrow('is not a catalogue of Atrium');
    writeFileSync(join(folder, 'catalogue.sqlite'), 'a file of somebody else, with words in it'.repeat(100));
    expect(() => resetDemo(folder)).toThrow('is not a catalogue of Atrium');
    expect(readdirSync(folder)).toEqual(['catalogue.sqlite', 'tenants']);
  });

  it('follows no link', () => {
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), folder);
    expect(() => resetDemo(folder)).toThrow('Nothing was removed.');
    expect(existsSync(join(root, 'elsewhere'))).toBe(true);
  });
});
