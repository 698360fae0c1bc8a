import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, NOBODY, withQuery } from '../support/atrium.js';
import { comparable, type ExportLine, linesOf, Platform } from '../support/platform.js';
import { createCampaign, createEvent, everything, listAll, listChanges, NOVEMBER } from '../support/rows.js';

const ORIGIN = 'origin-mall';
const PART = { name: 'Part', startDate: '2026-11-08T00:00:00.000Z', endDate: '2026-11-14T00:00:00.000Z' };

let platform: Platform;
let file: string;
let before: Awaited<ReturnType<typeof seen>>;
beforeAll(async () => {
  platform = await Platform.make();
  await platform.add(ORIGIN);
  before = await platform.serve(
    async (atrium) => {
      await fill(atrium);
      return seen(atrium, ORIGIN);
    },
    { CHANGES_PEOPLE: 'true' },
  );
  file = await platform.export(ORIGIN);
}, 120_000);
afterAll(() => platform.remove());

describe('an export', () => {
  it('is imported into an empty centre with the same rows, ids, changes and deleted rows', async () => {
    await platform.add('exact-mall');
    const { version, rows } = await platform.import('exact-mall', file);
    expect(version.revision).toBe(before.changes.length);
    expect(rows).toMatchObject({ campaigns: before.campaigns.length, changes: before.changes.length });

    const again = await platform.export('exact-mall');
    expect(comparable(again)).toEqual(comparable(file));
    expect(linesOf(again)[0]).toMatchObject({ epoch: version.epoch, revision: version.revision });
    expect(version.epoch).not.toBe(linesOf(file)[0]?.['epoch']);
    await platform.serve(async (atrium) => expect(await seen(atrium, 'exact-mall')).toEqual(before));
  }, 60_000);

  it('has every kind of row in it', () => {
    const types = new Set(linesOf(file).map(({ type }) => type));
    const all = ['header', 'campaign', 'event', 'change', 'rollout', 'tombstone', 'purged', 'webhook', 'end'];
    expect([...types].toSorted()).toEqual(all.toSorted());
    // What the API would refuse, were it sent to it.
    expect(before.events).toContainEqual(expect.objectContaining({ name: 'Left outside' }));
  });

  it('gives no secret away, and its webhooks are off until they have a new one', async () => {
    expect(file).not.toMatch(/whsec_|v1\.[0-9a-f]{8}\./);
    await platform.add('silent-mall');
    await platform.import('silent-mall', file);
    await platform.serve(async (atrium) => {
      const { body } = await atrium.call('silent-mall', 'GET', '/webhooks');
      expect(body.items).toEqual([expect.objectContaining({ id: 1, active: false })]);
      const on = (): Promise<{ status: number }> =>
        atrium.call('silent-mall', 'PATCH', '/webhooks/1', { active: true });
      expect((await on()).status).toBe(422);
    });
  }, 60_000);

  it('leaves the imported centre as alive as any: ids go on, deleted rows come back, changes are undone', async () => {
    await platform.add('alive-mall');
    await platform.import('alive-mall', file);
    await platform.serve(async (atrium) => {
      const lastOf = (kind: 'campaign' | 'event') =>
        Math.max(
          ...linesOf(file).flatMap((line) =>
            line.type === 'tombstone' && line['resource'] === kind ? [Number(line['id'])] : [],
          ),
          ...(kind === 'campaign' ? before.campaigns : before.events).map(({ id }) => id),
        );
      const [lastCampaign, lastEvent] = [lastOf('campaign'), lastOf('event')];
      expect(Math.max(...before.campaigns.map(({ id }) => id))).toBeLessThan(lastCampaign);
      const made = await createCampaign(atrium, 'alive-mall');
      expect(made.id).toBe(lastCampaign + 1);
      expect((await createEvent(atrium, 'alive-mall', { campaignEventId: made.id })).id).toBe(lastEvent + 1);
      const post = (path: string) => atrium.call('alive-mall', 'POST', path);
      expect((await post(`/campaign-events/${lastCampaign}/restore`)).status).toBe(200);
      expect((await post(`/changes/${before.changes.length}/undo`)).status).toBe(409); // just restored
    });
  }, 60_000);

  it('shows the past of every revision as it was', async () => {
    await platform.add('past-mall');
    await platform.import('past-mall', file);
    await platform.serve(async (atrium) => {
      for (let revision = 1; revision <= before.changes.length; revision++)
        for (const path of ['/campaign-events', '/events']) {
          const at = (mall: string) => listAll(atrium, mall, withQuery(path, { revision: String(revision) }));
          expect([revision, await at('past-mall')]).toEqual([revision, await at(ORIGIN)]);
        }
    });
  }, 120_000);

  it('of format 1 is read: rows and changes, and each row knows the change that wrote it', async () => {
    await platform.add('old-mall');
    const old = asFormat1(file);
    await platform.import('old-mall', old);
    expect(rowsOf(await platform.export('old-mall'))).toEqual(rowsOf(file));
    await platform.serve(async (atrium) => {
      const { changes, campaigns, events } = await everything(atrium, 'old-mall');
      expect({ changes, campaigns, events }).toEqual({
        changes: before.changes,
        campaigns: before.campaigns,
        events: before.events,
      });
      const lastGone = Math.max(...before.deletedCampaigns.map(({ id }) => id));
      expect((await createCampaign(atrium, 'old-mall')).id).toBe(lastGone + 1);
    });
  }, 60_000);

  it('is refused by a centre that has rows, or has had any', async () => {
    await expect(platform.import(ORIGIN, file)).rejects.toMatchObject({
      code: 'tenant-not-empty',
      detail: expect.stringContaining(`${before.changes.length} changes`),
    });
    await platform.serve(async (atrium) => expect(await seen(atrium, ORIGIN)).toEqual(before));
  }, 60_000);

  it('is told in the log of the centre', async () => {
    await platform.add('told-mall');
    const { version } = await platform.import('told-mall', file);
    const changes = await platform.work(({ store }) => store.changes('told-mall', 10));
    expect(changes.map(({ action, actor }) => [action, actor])).toEqual(
      ['adding', 'add', 'importing', 'import'].map((action) => [action, 'test']),
    );
    expect(changes.at(-1)?.after).toMatchObject({ ...version, campaigns: before.campaigns.length });
  });
});

describe('nothing is imported, and it is said why, from', () => {
  const WRONG: Record<string, [code: string, words: RegExp, change: (text: string) => string | Buffer]> = {
    'an empty file': ['export-unknown', /empty/, () => ''],
    'another file': ['export-unknown', /no header/, () => 'id,name\n1,Friday\n'],
    'a file without lines': ['export-unknown', /too long/, () => 'x'.repeat(100_000)],
    'a compressed file': ['export-unknown', /gunzip/, () => Buffer.from([0x1f, 0x8b, 8, 0, 10, 10])],
    'a file that a shell has converted': [
      'export-unknown',
      /UTF-16/,
      (text) => Buffer.from(`\u{FEFF}${text}`, 'utf16le'),
    ],
    'a file with a byte order mark': ['export-unknown', /byte order mark/, (text) => `\u{FEFF}${text}`],
    'a format to come': [
      'export-format',
      /format 3.*later/,
      (text) => text.replace('"formatVersion":2', '"formatVersion":3'),
    ],
    'a file without its last line': ['export-cut-short', /cut short/, (text) => text.slice(0, text.lastIndexOf('{'))],
    'a file that ends within a line': ['export-cut-short', /cut short/, (text) => text.slice(0, text.length / 2)],
    'a file that goes on': ['export-edited', /goes on/, (text) => text + text],
    'a changed text': ['export-edited', /checksum/, (text) => text.replace('"Wide"', '"Wild"')],
    'a changed header': ['export-edited', /checksum/, (text) => text.replace('"revision":', '"revision":1')],
    'a changed checksum': ['export-edited', /checksum/, (text) => text.replace(/"sha256":"../, '"sha256":"zz')],
    'a line less': ['export-edited', /events/, (text) => text.replace(/\n\{"type":"event".*(?=\n)/, '')],
    'a line more': ['export-edited', /fit together/, (text) => text.replace(/(\n\{"type":"rollout".*)(?=\n)/, '$1$1')],
    'a line that is no JSON': ['export-edited', /no JSON/, (text) => text.replace('{"type":"event"', '{"type":event')],
    'rows of a kind that is not known': [
      'export-unknown-rows',
      /"offer"/,
      (text) => text.replace('{"type":"event"', '{"type":"offer"'),
    ],
    'a field that is not known': [
      'export-unknown-rows',
      /"badge"/,
      (text) => signed(text, (line) => line.type === 'event' && (line['badge'] = 1)),
    ],
    'a date that is none': [
      'export-edited',
      /"startDate" is no instant/,
      (text) => signed(text, (line) => line.type === 'event' && (line['startDate'] = 'soon')),
    ],
    'an id that is none': [
      'export-edited',
      /"id" is no whole number/,
      (text) => signed(text, (line) => line.type === 'event' && (line['id'] = '7; DROP TABLE')),
    ],
    'a text that is too long': [
      'export-edited',
      /"name" is longer/,
      (text) => signed(text, (line) => line.type === 'event' && (line['name'] = 'x'.repeat(501))),
    ],
    'a field that is missing': [
      'export-edited',
      /"name" is missing/,
      (text) => signed(text, (line) => line.type === 'event' && delete line['name']),
    ],
    'an event without its campaign': [
      'export-edited',
      /fit together/,
      (text) => signed(text, (line) => line.type === 'event' && (line['campaignEventId'] = 9_999)),
    ],
    'a gap in the changes': [
      'export-edited',
      /change 2 is missing/,
      (text) => signed(text, (line) => line['revision'] !== 2 || line.type !== 'change'),
    ],
    'changes that end too early': [
      'export-edited',
      /change \d+ is missing/,
      (text) => signed(text, (line) => line['revision'] !== before.changes.length || line.type !== 'change'),
    ],
    'a format 1 with a row less': [
      'export-edited',
      /events/,
      (text) => asFormat1(text).replace(/\n\{"type":"event".*(?=\n)/, ''),
    ],
  };

  it.each(Object.keys(WRONG))(
    '%s',
    async (name) => {
      const [code, words, change] = WRONG[name]!;
      const id = `wrong-${Object.keys(WRONG).indexOf(name)}`;
      await platform.add(id);
      const empty = await platform.export(id);
      await expect(platform.import(id, change(file))).rejects.toMatchObject({
        code,
        detail: expect.stringMatching(words),
      });
      const left = await platform.export(id);
      expect(comparable(left)).toEqual(comparable(empty));
      expect(linesOf(left)[0]).toMatchObject({ epoch: linesOf(empty)[0]?.['epoch'], revision: 0 });
      await platform.import(id, file); // and then the right one is
    },
    30_000,
  );
});

/** All that editors see of a centre. */
async function seen(atrium: Atrium, mall: string) {
  const { webhooks: _, ...all } = (await everything(atrium, mall)) as Awaited<ReturnType<typeof everything>> & {
    webhooks?: unknown;
  };
  const { '/webhooks': webhooks = [], ...others } = all as typeof all & { '/webhooks'?: Body[] };
  return {
    ...others,
    webhooks: webhooks.map((webhook) => ({ ...webhook, active: undefined })),
    deletedCampaigns: await listAll(atrium, mall, '/campaign-events?deleted=true'),
    deletedEvents: await listAll(atrium, mall, '/events?deleted=true'),
    live: (await atrium.call(mall, 'GET', '/campaign-events/live')).body,
    timeline: { ...(await atrium.call<object>(mall, 'GET', '/timeline')).body, name: undefined },
  };
}

/** Every kind of write. */
async function fill(atrium: Atrium): Promise<void> {
  const send = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await atrium.call(ORIGIN, method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await createCampaign(atrium, ORIGIN, {
    name: 'Café "Ü" \u{1F6D2} الجمعة',
    description: 'Two\nlines',
    tags: ['a', 'b'],
    translations: { de: { name: 'Freitag' } },
    imageUrl: 'https://images.example.com/a.jpg',
    visibleFrom: '2026-10-01T00:00:00Z',
    location: 'Level 1',
    events: [PART, { ...PART, name: 'Left outside', endDate: NOVEMBER.endDate }],
  });
  const wide = await createCampaign(atrium, ORIGIN, { name: 'Wide', events: [PART, PART], status: 'draft' });
  await send('PATCH', '/campaign-events/0?events=keep', { endDate: '2026-11-20T00:00:00Z' });
  await send('PUT', `/campaign-events/${wide.id}`, { ...NOVEMBER, name: 'Wide' });
  const gone = await createCampaign(atrium, ORIGIN, { name: 'Gone', events: [PART] });
  await send('DELETE', `/campaign-events/${gone.id}`);
  await send('POST', `/campaign-events/${gone.id}/restore`);
  await send('POST', '/campaign-events/0/copies?events=keep', { startDate: '2027-11-01T00:00:00Z' });
  await send(
    'POST',
    '/imports',
    'name;startDate;endDate;campaign\nTable;2026-11-02T09:00;2026-11-20T18:00;\nIn it;2026-11-03T09:00;2026-11-04T18:00;Table',
    { 'content-type': 'text/csv' },
  );
  await send('POST', `/changes/${(await listChanges(atrium, ORIGIN)).length}/undo`);
  const hook = { url: 'http://127.0.0.1:1/none', types: ['campaign.created'] };
  await send('POST', '/webhooks', hook);
  await send('DELETE', '/webhooks/0');
  await send('POST', '/webhooks', { ...hook, active: false });
  const rollout = {
    key: 'friday',
    tenants: [ORIGIN],
    campaign: {
      name: 'Rolled out',
      startDate: '2026-11-01T00:00',
      endDate: '2026-11-30T23:59',
      events: [],
    },
  };
  await atrium.call(NOBODY, 'POST', '/rollouts', rollout);
  await createCampaign(atrium, ORIGIN, { name: 'Last', events: [PART] });
  await send('DELETE', `/campaign-events/${(await listAll(atrium, ORIGIN, '/campaign-events')).at(-1)?.id}`);
}

/** An export with other lines, that count and check out: as of another release, or of somebody who knows what they do. */
function signed(text: string, change: (line: ExportLine) => unknown): string {
  const lines = linesOf(text)
    .slice(0, -1)
    .filter((line) => change(line) !== false || line.type !== 'change');
  const counts: Record<string, number> = {};
  for (const { type } of lines.slice(1)) {
    const rows = type === 'purged' ? type : `${type}s`;
    counts[rows] = (counts[rows] ?? 0) + 1;
  }
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return `${body}${JSON.stringify({ type: 'end', ...counts, sha256 })}\n`;
}

/** As the release before wrote it. */
function asFormat1(text: string): string {
  const lines = linesOf(text).flatMap((line) => {
    if (line.type === 'header') return [{ ...line, formatVersion: 1, atrium: undefined }];
    if (line.type === 'campaign' || line.type === 'event') return [{ ...line, revision: undefined }];
    if (line.type === 'change') return [line];
    if (line.type !== 'end') return [];
    const { campaigns, events, changes } = line;
    return [{ type: 'end', campaigns, events, changes }];
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The lines that format 1 has, too. */
function rowsOf(text: string): ExportLine[] {
  return linesOf(text).filter(({ type }) => ['campaign', 'event', 'change'].includes(type));
}
