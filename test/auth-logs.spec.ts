import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '../src/config/config.js';
import { call, callerHeaders, JWT_SECRET, signToken, TENANTS } from './support/atrium.js';
import { endProcess, startProcess } from './support/process.js';

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
