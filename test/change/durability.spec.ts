import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';
import { replay } from '../support/replay.js';
import { everything, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const CLIENTS = 8;
const KILL_AFTER = 120;
const PHASE = { startDate: '2026-11-02T00:00:00Z', endDate: '2026-11-03T00:00:00Z' };

/** A write that Atrium said is done. */
interface Acknowledged {
  action: string;
  resource: string;
  resourceId: number;
  name: string | undefined;
}

describe('on SQLite, a process that is killed in the middle of a storm of writes', () => {
  let folder: string;
  let atrium: AtriumProcess;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-killed-'));
    atrium = await start();
  });
  afterEach(async () => {
    await endProcess(atrium, 'SIGKILL');
    rmSync(folder, { recursive: true });
  });

  function start(): Promise<AtriumProcess> {
    const tenants = [{ id: MALL, name: 'Berlin Mall', timeZone: 'Europe/Berlin' }];
    return startProcess({ DATABASE_URL: `sqlite:${folder}`, TENANTS: JSON.stringify(tenants), LOG_LEVEL: 'error' });
  }

  it('has lost nothing it acknowledged when it is back, and its changes agree with its rows', async () => {
    const acknowledged: Acknowledged[] = [];
    for (const round of [1, 2]) {
      const storm = Promise.all(
        Array.from({ length: CLIENTS }, (_, client) => write(atrium, `${round}.${client}`, acknowledged)),
      );
      while (acknowledged.length < KILL_AFTER * round) await delay(1);
      expect(await endProcess(atrium, 'SIGKILL')).toBe('SIGKILL');
      await storm;
      atrium = await start();

      const { changes, ...rows } = await everything(atrium, MALL);
      expect(changes.map(({ revision }) => revision)).toEqual(changes.map((_, index) => index + 1));
      const told = new Set(
        changes.map(({ action, resource, resourceId, after }) =>
          key({ action, resource, resourceId, name: after?.name }),
        ),
      );
      expect(acknowledged.map(key).filter((it) => !told.has(it))).toEqual([]);
      // At most one write of each client was under way when it ended.
      expect(changes.length).toBeLessThanOrEqual(acknowledged.length + CLIENTS * round);
      expect(rows).toEqual(replay(changes));
    }
  });
});

function key({ action, resource, resourceId, name }: Acknowledged): string {
  return [action, resource, resourceId, name ?? ''].join(' ');
}

/** Creates, changes and deletes rows, one write after the other, until nobody answers any more. */
async function write(atrium: AtriumProcess, client: string, acknowledged: Acknowledged[]): Promise<void> {
  const send = async (method: string, path: string, fields?: { name: string }) => {
    const { status, body } = await atrium.call(MALL, method, path, fields);
    if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${JSON.stringify(body)}`);
    const id = method === 'POST' ? body.id : Number(path.split('/').at(-1));
    const action = { POST: 'create', PUT: 'replace', PATCH: 'update', DELETE: 'delete' }[method] ?? '';
    const resource = path.startsWith('/events') ? 'event' : 'campaign';
    acknowledged.push({ action, resource, resourceId: id, name: fields?.name });
    return id;
  };
  try {
    for (let turn = 0; ; turn++) {
      const name = `client ${client}, turn ${turn}`;
      const campaign = { ...NOVEMBER, name, events: [{ ...PHASE, name: `${name}, with it` }] };
      const id = await send('POST', '/campaign-events', campaign);
      const event = { ...PHASE, name: `${name}, event`, campaignEventId: id };
      const eventId = await send('POST', '/events', event);
      await send('PATCH', `/events/${eventId}`, { name: `${name}, renamed` });
      await send('PUT', `/campaign-events/${id}`, { ...NOVEMBER, name: `${name}, replaced` });
      if (turn % 3 === 1) await send('DELETE', `/events/${eventId}`);
      if (turn % 3 === 2) await send('DELETE', `/campaign-events/${id}`);
    }
  } catch (thrown) {
    if ((thrown as Error).name !== 'TypeError') throw thrown; // what fetch throws when the connection is gone
  }
}
