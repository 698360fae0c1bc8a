import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '../../src/config/config.js';
import { RecordedServer } from '../support/recorded-server.js';

const server = new RecordedServer();
jest.unstable_mockModule('mssql', () => ({ default: server.driver }));
const { createApp } = await import('../../src/app.js');
const { call, JWT_SECRET, TestClock } = await import('../support/atrium.js');

const EVENT = { name: 'Early access', startDate: '2026-02-01T00:00:00Z', endDate: '2026-02-02T00:00:00Z' };
const REQUESTS: [method: string, path: string, body?: object][] = [
  ['GET', '/campaign-events/live'],
  ['GET', '/campaign-events'],
  ['GET', '/campaign-events?state=live'],
  ['GET', '/campaign-events?state=upcoming&sort=startDate'],
  ['GET', '/campaign-events?state=ended&sort=-endDate'],
  ['GET', '/campaign-events?name=fri&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&sort=name&limit=1'],
  ['GET', '/campaign-events?name=caf%C3%A9'],
  ['GET', '/campaign-events?sort=-name&limit=1&after=NEXT'],
  ['GET by the public,', '/campaign-events?tag=a&tag=b&status=cancelled'],
  ['GET', '/timeline'],
  ['GET', '/tenant'],
  ['GET', '/campaign-events/0'],
  ['GET', '/campaign-events/0/events'],
  ['POST', '/campaign-events', { ...EVENT, events: [EVENT, EVENT] }],
  ['PUT', '/campaign-events/0', EVENT],
  ['PATCH', '/campaign-events/0', { name: 'White Friday' }],
  ['PATCH', '/campaign-events/0', {}],
  ['DELETE', '/campaign-events/0'],
  ['GET', '/events/live'],
  ['GET', '/events?campaignEventId=0'],
  ['GET', '/events?state=live'],
  ['GET', '/events?state=upcoming'],
  ['GET', '/events?state=ended'],
  ['GET by the public,', '/events?state=upcoming&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z'],
  ['GET', '/events?sort=startDate&limit=1&after=NEXT'],
  ['GET', '/events/0'],
  ['POST', '/events', { ...EVENT, campaignEventId: 0 }],
  ['POST, with an Idempotency-Key,', '/events', { ...EVENT, campaignEventId: 0 }],
  ['PUT', '/events/0', EVENT],
  ['PATCH', '/events/0', { name: 'Last chance' }],
  ['DELETE', '/events/0'],
  ['GET', '/timeline?at=2100-01-01T00:00:00Z'],
  ['GET', '/events?sort=name&name=caf%C3%A9&at=2100-01-01T00:00:00Z'],
  ['GET', '/events/0?at=2100-01-01T00:00:00Z'],
  ['GET', '/campaign-events/0/events?at=2100-01-01T00:00:00Z'],
  ['GET', '/changes?after=0'],
  ['GET', '/changes?order=desc&before=9'],
  ['GET', '/changes?after=0&resource=campaign&resourceId=0'],
  ['GET', '/webhooks'],
  ['GET', '/webhooks/0'],
  ['GET', '/webhooks/0/deliveries?status=dead'],
];

describe('the SQL for SQL Server', () => {
  const clock = new TestClock();
  let app: NestFastifyApplication;
  let url: string;
  let migrations: string[];

  beforeAll(async () => {
    clock.setMs = Date.parse('2026-02-01T12:00:00Z');
    migrations = await server.record(async () => (app = await start({ DATABASE_MIGRATE: 'true' })));
    await app.close();
    server.migrated = true;
    app = await start({ DATABASE_MIGRATE: 'false' });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    await send('GET', '/changes?after=9'); // opens the tenant
  });
  afterAll(() => app.close());

  it('of the migrations is the one reviewed', () => {
    const emitted = `${migrations.join('\n')}\n`;
    expect(emitted).toBe(reviewed('migrations.sql', emitted));
  });

  it('of every request is the one reviewed', async () => {
    const parts: string[] = [];
    for (const [method, path, body] of REQUESTS) {
      const known = path.replace('NEXT', path.includes('NEXT') ? await nextOf(path) : '');
      let status: number | undefined;
      const statements = await server.record(async () => ({ status } = await send(method, known, body)));
      // The catalogue is read by the clock, whatever is asked.
      const own = statements.filter((statement) => !statement.includes('"platform"'));
      parts.push([`-- ${method} ${path}: ${status}`, ...own].join('\n'));
    }
    const emitted = `${parts.join('\n\n')}\n`;
    expect(emitted).toBe(reviewed('requests.sql', emitted));
  });

  function start(environment: Record<string, string>) {
    const config = loadConfig({
      DATABASE_URL: 'mssql://atrium:password@localhost/atrium',
      TENANTS: JSON.stringify([{ id: 'mall', name: 'Mall', timeZone: 'UTC' }]),
      DEMO: 'false',
      LOG_LEVEL: 'error',
      JWT_SECRET,
      // Each request asks for itself: nothing is kept, and nothing is asked by the clock.
      CACHE_MEMORY_MB: '0',
      REVISION_POLL_MS: '600000',
      ...environment,
    });
    return createApp(config, clock);
  }

  function send(method: string, path: string, body?: object) {
    const headers: Record<string, string> = {
      ...(method.includes('Idempotency-Key') ? { 'idempotency-key': 'once' } : {}),
      ...(method.includes('the public') ? { authorization: '' } : {}),
    };
    return call(url, 'mall', method.split(/[ ,]/)[0] ?? '', path, body, headers);
  }

  async function nextOf(path: string): Promise<string> {
    const { body } = await send('GET', path.replace('&after=NEXT', ''));
    return encodeURIComponent(body.next ?? '');
  }
});

/** UPDATE_SQL=1 takes what is emitted now as what was reviewed. */
function reviewed(name: string, emitted: string): string {
  const file = resolve(import.meta.dirname, '../../../test/sql', name);
  if (process.env['UPDATE_SQL']) writeFileSync(file, emitted);
  return readFileSync(file, 'utf8');
}
