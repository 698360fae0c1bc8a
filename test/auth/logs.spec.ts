import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { ConfigError, loadConfig } from '../../src/config/config.js';
import { call, callerHeaders, JWT_SECRET, signToken, TENANTS } from '../support/atrium.js';
import { endProcess, startProcess } from '../support/process.js';

const MALL = 'berlin-mall';
const BODY = 'what-somebody-wrote';
const CAMPAIGN = { name: BODY, startDate: '2030-01-01T00:00:00Z', endDate: '2030-02-01T00:00:00Z' };

const folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
const environment = { DATABASE_URL: `sqlite:${folder}`, TENANTS: JSON.stringify(TENANTS) };
afterAll(() => rmSync(folder, { recursive: true }));

describe('the log, at its most talkative', () => {
  it('holds no token, secret or body, whatever goes well or wrong', async () => {
    const atrium = await startProcess({ ...environment, LOG_LEVEL: 'trace' });
    const good = callerHeaders(MALL)['authorization'] ?? '';
    const bad = [`Bearer ${await signToken({ roles: [] })}`, `${good}x`, 'Bearer some-secret-nonsense'];
    const key = { 'idempotency-key': 'key-of-somebody' };
    for (const authorization of [good, good, ...bad]) {
      await call(atrium.url, MALL, 'POST', '/campaign-events', CAMPAIGN, { authorization, ...key });
      await call(atrium.url, MALL, 'GET', `/changes?access_token=${authorization.slice(7)}`, undefined, {
        authorization,
      });
    }
    for (const body of [`{"name":"${BODY}"`, JSON.stringify({ [BODY]: BODY }), JSON.stringify({ ...CAMPAIGN, id: 1 })])
      await call(atrium.url, MALL, 'POST', '/campaign-events', body);
    await call(atrium.url, 'no-such-mall', 'POST', '/events', CAMPAIGN);
    await endProcess(atrium);
    const log = atrium.output();
    expect(log).toMatch(/serves at/);
    for (const secret of [good.slice(7), ...bad.map((token) => token.slice(7)), JWT_SECRET, BODY, 'key-of-somebody'])
      expect(log).not.toContain(secret);
  });

  it('shows the token of the demo admin in the banner of a development start, and not the secret it is made with', async () => {
    const atrium = await startProcess({ ...environment, LOG_LEVEL: 'trace', JWT_SECRET: '' });
    await endProcess(atrium);
    expect(atrium.output()).toMatch(/Token of the demo admin.*\n +eyJ[\w-]+\.[\w-]+\.[\w-]+\n/);
    expect(atrium.output()).not.toContain(readFileSync(join(folder, 'jwt-secret'), 'utf8'));
  });
});

describe('the log as JSON', () => {
  it('has a line for each write and each refusal, with whose, which and how long, and none for a read that went well', async () => {
    const lines = await linesOf('info', async (url) => {
      const id = { 'x-request-id': 'the-one-of-the-caller' };
      await call(url, MALL, 'POST', '/campaign-events', CAMPAIGN, id);
      for (const _ of [0, 1]) await call(url, MALL, 'GET', '/campaign-events/0', undefined, { authorization: '' });
      await call(url, MALL, 'GET', '/campaign-events/987654?access_token=given');
      await call(url, 'no-such-mall', 'GET', '/campaign-events/0');
    });
    const usual = {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      context: 'Request',
      ms: expect.any(Number),
    };
    const found = lines.filter(({ context }) => context === 'Request');
    expect(found).toEqual([
      {
        ...usual,
        requestId: 'the-one-of-the-caller',
        tenant: MALL,
        actor: 'tester',
        method: 'POST',
        route: '/campaign-events',
        status: 201,
      },
      {
        ...usual,
        requestId: expect.any(String),
        tenant: MALL,
        actor: 'tester',
        method: 'GET',
        route: '/campaign-events/{id}',
        status: 400,
      },
      { ...usual, requestId: expect.any(String), method: 'GET', route: '/campaign-events/{id}', status: 404 },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/987654|given|no-such-mall/);
  });

  it('says 499 of a write whose client left before it had its answer', async () => {
    const lines = await linesOf('info', async (url) => {
      const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('{')) });
      const headers = { ...callerHeaders(MALL), 'content-type': 'application/json' };
      const signal = AbortSignal.timeout(200);
      const left = fetch(`${url}/campaign-events`, { method: 'POST', headers, body, duplex: 'half', signal });
      await expect(left).rejects.toThrow('timeout');
    });
    const found = lines.filter(({ context }) => context === 'Request');
    expect(found).toMatchObject([{ tenant: MALL, method: 'POST', route: '/campaign-events', status: 499 }]);
  });

  it('has a line for every read at debug', async () => {
    const lines = await linesOf('debug', async (url) => {
      for (const _ of [0, 1, 2]) await call(url, MALL, 'GET', '/events/live', undefined, { authorization: '' });
    });
    expect(lines.filter(({ route }) => route === '/events/live')).toHaveLength(3);
  });

  it('tells why a request failed, with the stack that the caller does not get', async () => {
    const lines = await linesOf('info', async (url) => {
      const file = new Database(join(folder, 'tenants', 'tenant_berlin_mall.sqlite'));
      file.exec('DROP TABLE "Changes"');
      file.close();
      const { status, body } = await call(url, MALL, 'POST', '/campaign-events', CAMPAIGN);
      expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('Changes')]);
    });
    const [problem, request] = lines.filter(({ level }) => level === 'error');
    expect(problem).toMatchObject({ context: 'Problem', code: 'internal' });
    expect(problem?.['reason']).toMatch(/Changes[^]*\n +at /);
    expect(request).toMatchObject({ context: 'Request', status: 500, requestId: problem?.['requestId'] });
    expect(JSON.stringify(lines)).not.toContain(BODY);
  });
});

describe('the log for a terminal', () => {
  it('is a line of text for each, with the same fields', async () => {
    const atrium = await startProcess({ ...environment, LOG_FORMAT: 'pretty', NO_COLOR: '1' });
    await call(atrium.url, MALL, 'GET', '/campaign-events/987654', undefined, { authorization: '' });
    await endProcess(atrium);
    expect(atrium.output()).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info  Request requestId=\S+ tenant=berlin-mall method=GET route=\/campaign-events\/\{id\} status=404 ms=/m,
    );
  });
});

describe('the message about a bad environment', () => {
  it('names variables, and repeats no value of theirs', () => {
    const secrets = {
      DATABASE_URL: 'mssql//sa:pass-phrase@db.example/atrium',
      JWT_SECRET: 'too-short-a-secret',
      JWKS_URL: 'ftp://user:pass-phrase@keys.example',
      TENANTS: '[{"id":"UPPER","databaseUrl":"mssql://sa:pass-phrase@db"}]',
      CORS_ORIGINS: 'https://user:pass-phrase@a.example',
    };
    const message = messageOf(() => loadConfig(secrets));
    for (const name of Object.keys(secrets)) expect(message).toContain(name);
    expect(message).not.toMatch(/pass-phrase|too-short-a-secret/);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.message;
  }
  throw new Error('It should have been refused');
}

/** Every line written in the meantime: nothing but JSON is on standard output. */
async function linesOf(level: string, work: (url: string) => Promise<void>): Promise<Record<string, unknown>[]> {
  const atrium = await startProcess({ ...environment, LOG_LEVEL: level, LOG_FORMAT: 'json', DEMO: 'false' });
  await work(atrium.url);
  await endProcess(atrium);
  return atrium
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
