import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NOBODY, TENANTS } from '../support/atrium.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';

describe('the data folder of the embedded database', () => {
  let folder: string;
  let data: string;
  let atrium: AtriumProcess;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
    data = join(folder, 'data');
  });
  afterEach(async () => {
    await endProcess(atrium);
    rmSync(folder, { recursive: true });
  });

  it('is its owner’s alone, with all that is in it', async () => {
    await start();
    expect(modes()).toEqual({ folders: [0o700], files: [0o600] });
    await endProcess(atrium);
    expect(modes()).toEqual({ folders: [0o700], files: [0o600] });
    expect(atrium.output()).not.toContain('Other users');
  });

  it('is made so at the next start, which says it once, when others could read it', async () => {
    await start();
    await endProcess(atrium, 'SIGKILL'); // its journals stay
    for (const path of everything()) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
    await start();
    expect(modes()).toEqual({ folders: [0o700], files: [0o600] });
    expect(atrium.output().match(/Other users of this machine could read/g)).toHaveLength(1);
  });

  it('stays open to its group where the group was put in charge, as Kubernetes does with fsGroup, and to nobody else', async () => {
    mkdirSync(join(data, 'tenants'), { recursive: true });
    for (const path of [data, join(data, 'tenants')]) chmodSync(path, 0o2775);
    writeFileSync(join(data, 'catalogue.sqlite'), '');
    chmodSync(join(data, 'catalogue.sqlite'), 0o664);
    await start();
    const mode = (...path: string[]) => (statSync(join(data, ...path)).mode & 0o7777).toString(8);
    expect([mode(), mode('tenants'), mode('catalogue.sqlite')]).toEqual(['2770', '2770', '660']);
  });

  /** With rows of a tenant in it. */
  async function start(): Promise<void> {
    atrium = await startProcess({
      DATABASE_URL: `sqlite:${data}`,
      TENANTS: JSON.stringify(TENANTS),
      JWT_SECRET: '',
      LOG_FORMAT: 'json',
    });
    expect((await atrium.call(NOBODY, 'GET', '/health')).status).toBe(200);
    await atrium.call('berlin-mall', 'GET', '/events/live');
  }

  function everything(): string[] {
    return [data, ...readdirSync(data, { recursive: true }).map((path) => join(data, String(path)))];
  }

  /** The different ones. */
  function modes() {
    expect(everything().length).toBeGreaterThan(4);
    const [files = [], folders = []] = [false, true].map((isFolder) => [
      ...new Set(everything().flatMap((path) => modeOf(path, isFolder))),
    ]);
    return { folders, files };
  }
});

/** Nothing when it is not what is asked for. */
function modeOf(path: string, isFolder: boolean): number[] {
  const stat = statSync(path);
  return stat.isDirectory() === isFolder ? [stat.mode & 0o777] : [];
}
