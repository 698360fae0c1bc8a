import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TABLES } from '../../src/app.module.js';
import { type Atrium, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { type ChangeRow, createCampaign, createEvent, everything, NOVEMBER } from '../support/rows.js';

const MALL = 'exported-mall';
const ADMIN = { authorization: `Bearer ${await signToken({ sub: 'root', roles: ['platform-admin'] })}` };
const EDITOR = await signToken({ roles: ['editor'], tenants: [MALL] });

describe('what a tenant held', () => {
  let atrium: Atrium;
  let folder: string;
  let before: Awaited<ReturnType<typeof everything>>;
  const ask = (method: string, path: string, body?: object) => atrium.call(NOBODY, method, path, body, ADMIN);
  const file = () => join(folder, readdirSync(folder)[0] ?? '');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-exports-'));
    atrium = await startAtrium({ EXPORT_FOLDER: folder });
    await ask('POST', '/tenants', { id: MALL, name: 'Mall', timeZone: 'Europe/Berlin' });
    const first = await createCampaign(atrium, MALL, { name: 'To be deleted' });
    await atrium.call(MALL, 'DELETE', `/campaign-events/${first.id}`);
    for (const name of ['Black Friday', 'Café "Ü" \u{1F6D2}', 'الجمعة البيضاء']) {
      const { id } = await createCampaign(atrium, MALL, {
        name,
        events: [{ ...NOVEMBER, name: `${name}, all of it` }],
      });
      for (let part = 0; part < 3; part++)
        await createEvent(atrium, MALL, { campaignEventId: id, name: `${name} ${part}` });
    }
    // More events than one POST may bring along, and more rows than are read at a time.
    const { id } = await createCampaign(atrium, MALL, { name: 'Wide' });
    for (let part = 0; part < 1_100; part++)
      await createEvent(atrium, MALL, { campaignEventId: id, name: `Part ${part}` });
    before = await everything(atrium, MALL);
    await ask('PATCH', `/tenants/${MALL}`, { status: 'suspended' });
    expect((await ask('DELETE', `/tenants/${MALL}?confirm=${MALL}`)).status).toBe(204);
  }, 120_000);
  afterAll(async () => {
    await atrium.close();
    rmSync(folder, { recursive: true });
  });

  it('is in its export, every row and change of it once', () => {
    const lines = readFileSync(file(), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    const rows = (kind: string) => lines.flatMap(({ type, ...row }) => (type === kind ? [row] : []));
    expect(lines[0]).toMatchObject({
      type: 'header',
      formatVersion: 2,
      tenantId: MALL,
      timeZone: 'Europe/Berlin',
      languages: [],
      revision: before.changes.length,
    });
    // Beside what the API shows, a row has the revision of the change that wrote it last.
    const revisions = new Map(before.changes.flatMap((change) => writtenBy(change)));
    const withRevision = (resource: string) => (row: { id: number }) => ({
      ...row,
      revision: revisions.get(`${resource} ${row.id}`),
    });
    expect(rows('campaign')).toEqual(before.campaigns.map(withRevision('campaign')));
    expect(rows('event')).toEqual(before.events.map(withRevision('event')));
    expect(rows('change')).toEqual(before.changes);
    const counts = { campaigns: before.campaigns.length, events: before.events.length, changes: before.changes.length };
    expect(lines.at(-1)).toMatchObject({ type: 'end', ...counts });
    // Every table of every feature is either in the export or left out for a reason that its feature gives.
    const counted = TABLES.flatMap((table) => ('row' in table ? [table.rows] : []));
    expect(Object.keys(lines.at(-1) ?? {}).toSorted()).toEqual([...counted, 'sha256', 'type'].toSorted());
    // The last line has the checksum of all others, as the bytes that they are.
    const bytes = readFileSync(file());
    const others = bytes.subarray(0, bytes.lastIndexOf('{"type":"end"'));
    expect(lines.at(-1)).toMatchObject({ sha256: createHash('sha256').update(others).digest('hex') });
  });

  it('is read back equal in a tenant of that id made anew, by the script of the documentation', async () => {
    await ask('POST', '/tenants', { id: MALL, name: 'Mall', timeZone: 'Europe/Berlin' });
    const imported = await runImport();
    expect(imported).toEqual([0, expect.stringContaining(`${before.events.length} events are in "${MALL}"`)]);
    const after = await everything(atrium, MALL);
    expect(contents(after.campaigns)).toEqual(contents(before.campaigns));
    expect(contents(after.events)).toEqual(contents(before.events));
    expect(await runImport()).toEqual([1, expect.stringContaining('is not empty')]);
  }, 120_000);

  it('is not brought back from half an export', async () => {
    truncateSync(file(), readFileSync(file()).lastIndexOf('{'));
    expect(await runImport()).toEqual([1, expect.stringContaining('not whole')]);
  });

  async function runImport(): Promise<[number, string]> {
    const child = spawn(process.execPath, ['docs/examples/import.mjs', MALL], {
      env: { ATRIUM_URL: atrium.url, ATRIUM_TOKEN: EDITOR },
    });
    child.stdin.on('error', () => undefined); // it may end before it has read all
    child.stdin.end(readFileSync(file()));
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return [code as number, output + errors];
  }
});

/** The rows that a change wrote, with its revision. */
function writtenBy({ revision, resource, resourceId, after }: ChangeRow): [string, number][] {
  const events = (after?.events ?? []).map(({ id }): [string, number] => [`event ${id}`, revision]);
  return [[`${resource} ${resourceId}`, revision], ...events];
}

function contents(rows: { name: string; startDate: string; endDate: string }[]): string[] {
  return rows.map(({ name, startDate, endDate }) => `${name} ${startDate} ${endDate}`).toSorted();
}
