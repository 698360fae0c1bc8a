import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { tokenCommand } from '../../src/auth/token.command.js';
import { type Atrium, JWT_SECRET, startAtrium } from '../support/atrium.js';
import { listChanges } from '../support/rows.js';

const CAMPAIGN = { name: 'Sale', startDate: '2030-01-01T00:00:00Z', endDate: '2030-02-01T00:00:00Z' };

describe('atrium token', () => {
  const environment = { ...process.env };
  const log = console.log;
  let atrium: Atrium | undefined;

  beforeEach(() => {
    process.env['JWT_SECRET'] = JWT_SECRET;
  });
  afterEach(async () => {
    process.env = { ...environment };
    console.log = log;
    await atrium?.close();
    atrium = undefined;
  });

  it('prints a token that Atrium takes, for the tenants named and no other', async () => {
    atrium = await startAtrium();
    const token = await run('--role', 'editor', '--tenant', 'berlin-mall', '--subject', 'ada');
    const headers = { authorization: `Bearer ${token}` };
    expect((await atrium.call('berlin-mall', 'POST', '/campaign-events', CAMPAIGN, headers)).status).toBe(201);
    expect((await atrium.call('york-plaza', 'POST', '/campaign-events', CAMPAIGN, headers)).status).toBe(403);
    expect((await listChanges(atrium, 'berlin-mall')).map(({ actor }) => actor)).toEqual(['ada']);
  });

  it('is good for 8 hours, or as long as is asked', async () => {
    expect(lifetimeMinutes(await run('--role', 'platform-admin'))).toBe(8 * 60);
    expect(lifetimeMinutes(await run('--role', 'platform-admin', '--expires', '30m'))).toBe(30);
  });

  it('says what the token holds with --json', async () => {
    process.env['JWT_AUDIENCE'] = 'atrium';
    const printed = JSON.parse(
      await run('--json', '--role', 'editor', '--role', 'reader', '--tenant', 'a', '--tenant', 'b'),
    );
    expect(printed).toMatchObject({ subject: 'atrium-cli', roles: ['editor', 'reader'], tenants: ['a', 'b'] });
    expect(decodeJwt(printed.token)).toMatchObject({ roles: ['editor', 'reader'], tenants: ['a', 'b'], aud: 'atrium' });
    expect(new Date(printed.expiresAt).getTime()).toBeGreaterThan(Date.now());
  });

  it.each([
    [[], /--role/],
    [['--role', 'admin'], /It takes one of reader, editor, platform-admin/],
    [['--role', 'editor'], /need a tenant: add --tenant/],
    [['--role', 'editor', '--tenant', 'Berlin'], /It takes the id of a tenant/],
    [['--role', 'editor', '--tenant', '*', '--expires', '0h'], /It takes a number and s, m, h or d/],
    [['--role', 'editor', '--tenant', '*', '--subject', ''], /It takes 1-255 characters/],
  ])('refuses %j', async (argv, message) => {
    await expect(run(...argv)).rejects.toThrow(message);
  });

  it('warns of a tenant that is not there, and of a database that cannot be asked; the token is printed', async () => {
    const warnings: string[] = [];
    const { error } = console;
    console.error = (line: string) => warnings.push(line);
    try {
      const words = ['--role', 'editor', '--tenant', 'riversid', '--tenant', '*'];
      expect(decodeJwt(await runWith(async () => ['riversid'], ...words))).toMatchObject({
        tenants: ['riversid', '*'],
      });
      expect(decodeJwt(await runWith(away, ...words))).toMatchObject({ roles: ['editor'] });
    } finally {
      console.error = error;
    }
    expect(warnings).toEqual([
      expect.stringContaining('no tenant "riversid"'),
      expect.stringMatching(/riversid could not be asked: no route to it/),
    ]);
  });

  it('makes none where an issuer does', async () => {
    delete process.env['JWT_SECRET'];
    process.env['JWT_ISSUER'] = 'https://login.example';
    await expect(run('--role', 'platform-admin')).rejects.toThrow(/signed by their issuer/);
  });

  it('shows an example with --help', async () => {
    expect(tokenCommand(noneUnknown).helpInformation()).toMatch(/--expires <time>.*default: 8h/s);
    await expect(run('--help')).rejects.toThrow('(outputHelp)');
  });
});

function lifetimeMinutes(token: string): number {
  const { exp = 0, iat = 0 } = decodeJwt(token);
  return Math.round((exp - iat) / 60);
}

async function away(): Promise<string[]> {
  throw new Error('no route to it');
}

async function noneUnknown(): Promise<string[]> {
  return [];
}

/** Its standard output. A refusal is thrown. */
function run(...argv: string[]): Promise<string> {
  return runWith(noneUnknown, ...argv);
}

async function runWith(unknownTenants: typeof noneUnknown, ...argv: string[]): Promise<string> {
  const printed: string[] = [];
  console.log = (line: string) => printed.push(line);
  const command = tokenCommand(unknownTenants)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: (text) => printed.push(text) });
  await command.parseAsync(argv, { from: 'user' });
  return printed.join('\n');
}
