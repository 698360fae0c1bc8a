import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { JWTPayload } from 'jose';
import { Public } from '../../src/auth/access.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { demoToken } from '../../src/auth/token-signer.js';
import { RateLimiter } from '../../src/tenancy/rate-limiter.js';
import { Clock } from '../../src/clock/clock.js';
import { CONFIG, loadConfig } from '../../src/config/config.js';
import { type Algorithm, Issuer } from '../support/issuer.js';
import { type Atrium, JWT_SECRET, signToken, startAtrium } from '../support/atrium.js';

const CAMPAIGN = { name: 'Sale', startDate: '2030-01-01T00:00:00Z', endDate: '2030-02-01T00:00:00Z' };
const EDITOR = { roles: ['editor'], tenants: ['berlin-mall'] };

let atrium: Atrium | undefined;
let issuer: Issuer;
beforeAll(async () => {
  issuer = await Issuer.start();
});
afterEach(async () => {
  await atrium?.close();
  atrium = undefined;
});
afterAll(() => issuer.close());

async function create(token: string) {
  const answer = await atrium?.call('berlin-mall', 'POST', '/campaign-events', CAMPAIGN, {
    authorization: token && `Bearer ${token}`,
  });
  if (!answer) throw new Error('no Atrium');
  return answer;
}

const bearer = (token: string) => `Bearer ${token}`;

describe('a token', () => {
  it('names the actor of the changes made with it', async () => {
    atrium = await startAtrium();
    await create(await signToken({ ...EDITOR, sub: 'auth0|Zoë Müller' }));
    const { body } = await atrium.call('berlin-mall', 'GET', '/changes');
    expect(body.items).toMatchObject([{ revision: 1, actor: 'auth0|Zoë Müller', action: 'create' }]);
  });

  it('may be 60 seconds past its expiry, for clocks that differ', async () => {
    atrium = await startAtrium();
    const exp = Math.floor(Date.now() / 1_000);
    expect((await create(await signToken({ ...EDITOR, exp: exp - 50 }))).status).toBe(201);
    const { detail } = (await create(await signToken({ ...EDITOR, exp: exp - 61 }))).body;
    expect(detail).toBe(
      `The token has expired. It was good until ${new Date((exp - 61) * 1_000).toISOString()}. ` +
        'Get a new token where you got this one, press Authorize and enter it.',
    );
  });

  it('may name its one role, and its one tenant, without a list around', async () => {
    atrium = await startAtrium();
    expect((await create(await signToken({ roles: 'editor', tenants: 'berlin-mall' }))).status).toBe(201);
    expect((await create(await signToken({ roles: 'editor', tenants: '*' }))).status).toBe(201);
    expect((await create(await signToken({ roles: 'editor reader', tenants: '*' }))).status).toBe(403);
    expect((await create(await signToken({ roles: 'editor', tenants: 'berlin' }))).status).toBe(403);
    expect((await create(await signToken({ roles: 'editor', tenants: 'york-plaza berlin-mall' }))).status).toBe(403);
  });

  it('is good that is signed with what stands in the file of the secret, whose last line ends', async () => {
    atrium = await startAtrium({ JWT_SECRET: `${JWT_SECRET}\n` });
    expect((await create(await signToken(EDITOR))).status).toBe(201);
  });

  it.each<[string, JWTPayload]>([
    ['256 characters', { sub: 'x'.repeat(256) }],
    ['a line break', { sub: 'a\nb' }],
    ['nothing', { sub: '' }],
  ])('does not speak for %s', async (_, claims) => {
    atrium = await startAtrium();
    expect((await create(await signToken({ ...EDITOR, ...claims }))).status).toBe(401);
  });

  it.each<[string, string | Promise<string>, RegExp]>([
    ['nothing', '', /^This takes a token\. In the documentation press Authorize and enter yours/],
    ['another scheme', 'Basic bWFyeTpzZWNyZXQ=', /^This takes a token\./],
    ['the word alone', 'Bearer', /The word Bearer stands alone/],
    [
      'the word twice',
      'Bearer Bearer eyJhbGciOiJIUzI1NiJ9.e30.x',
      /begins with the word Bearer: enter the token without it/,
    ],
    ['two lines', 'Bearer eyJhbGci OiJIUzI1NiJ9.e30.x', /has blanks or line breaks in it: copy the token again/],
    ['quotation marks', 'Bearer "eyJhbGciOiJIUzI1NiJ9.e30.x"', /has characters that no token has/],
    ['a part of one', 'Bearer eyJhbGciOiJIUzI1NiJ9', /^The token is not valid\. It is no whole token/],
    [
      'one of another service',
      signToken(EDITOR, 'the secret of another service, somewhere').then(bearer),
      /made for another Atrium/,
    ],
    [
      'one without an end',
      signToken({ ...EDITOR, exp: undefined }).then(bearer),
      /does not say until when it is good \(exp\)/,
    ],
    [
      'a reader',
      signToken({ ...EDITOR, roles: ['reader'] }).then(bearer),
      /^This takes a token with the role editor\. Yours has reader: ask/,
    ],
    [
      'one for elsewhere',
      signToken({ ...EDITOR, tenants: ['york-plaza'] }).then(bearer),
      /^The token is not one for "berlin-mall"\. Press Authorize/,
    ],
  ])('that is wrong is told of in words: %s', async (_, authorization, words) => {
    atrium = await startAtrium();
    const { body } = await atrium.call('berlin-mall', 'POST', '/campaign-events', CAMPAIGN, {
      authorization: await authorization,
    });
    expect(body.detail).toMatch(words);
  });

  it('is challenged as RFC 6750 says', async () => {
    atrium = await startAtrium();
    const challenges = [];
    for (const token of ['', 'abc', await signToken({ ...EDITOR, roles: [] })])
      challenges.push((await create(token)).headers.get('www-authenticate'));
    expect(challenges).toEqual([
      'Bearer realm="atrium"',
      'Bearer realm="atrium", error="invalid_token", error_description="The token is not valid."',
      'Bearer realm="atrium", error="insufficient_scope"',
    ]);
  });
});

describe('the keys of an issuer', () => {
  it.each<[string, () => Record<string, string>]>([
    ['found by JWT_ISSUER', () => ({ JWT_ISSUER: issuer.url })],
    ['at JWKS_URL', () => ({ JWKS_URL: issuer.keysUrl })],
  ])('%s are fetched once for many tokens of every algorithm', async (_, environment) => {
    atrium = await startAtrium({ JWT_SECRET: '', ...environment() });
    const before = issuer.fetches;
    for (const algorithm of ['RS256', 'ES256', 'EdDSA', 'RS256'] satisfies Algorithm[])
      expect((await create(await issuer.sign(EDITOR, algorithm))).status).toBe(201);
    expect(issuer.fetches - before).toBe(1);
  });

  it('are fetched again when a token names a new one', async () => {
    atrium = await startAtrium({ JWT_SECRET: '', JWT_ISSUER: issuer.url });
    expect((await create(await issuer.sign(EDITOR))).status).toBe(201);
    const realNow = Date.now;
    Date.now = () => realNow() + 31_000; // past the pause between two fetches
    try {
      await issuer.addKey('RS256');
      expect((await create(await issuer.sign(EDITOR))).status).toBe(201);
    } finally {
      Date.now = realNow;
    }
  });

  it('are of that issuer only', async () => {
    atrium = await startAtrium({ JWT_SECRET: '', JWT_ISSUER: issuer.url });
    const answer = await create(await issuer.sign({ ...EDITOR, iss: 'https://elsewhere.example' }));
    expect([answer.status, answer.body.detail]).toEqual([
      401,
      'The claim iss of the token does not fit. It comes from another issuer (iss). ' +
        'Get a new token where you got this one, press Authorize and enter it.',
    ]);
  });

  it('being out of reach is no fault of the token, and leaves public reads alone', async () => {
    atrium = await startAtrium({ JWT_SECRET: '', JWT_ISSUER: issuer.url });
    issuer.down = true;
    const token = await issuer.sign(EDITOR);
    const refused = await create(token);
    const read = await atrium.call('berlin-mall', 'GET', '/campaign-events/live', undefined, { authorization: '' });
    issuer.down = false;
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'keys-unavailable',
      '5',
    ]);
    expect(read.status).toBe(200);
    expect((await create(token)).status).toBe(201);
  });
});

describe('the keys of an issuer that fails', () => {
  const realNow = Date.now;
  let laterMs = 0;
  beforeEach(() => {
    laterMs = 0;
    const nowMs = realNow();
    Date.now = () => nowMs + laterMs; // it stands still: the pauses do not depend on how fast this machine is
  });
  afterEach(() => {
    Date.now = realNow;
    issuer.down = false;
  });

  const ways: [string, () => Record<string, string>][] = [
    ['JWT_ISSUER', () => ({ JWT_ISSUER: issuer.url })],
    ['JWKS_URL', () => ({ JWKS_URL: issuer.keysUrl })],
  ];

  it.each(ways)('are asked for a few times, whatever the number of tokens: %s', async (_, environment) => {
    atrium = await startAtrium({ JWT_SECRET: '', ...environment() });
    const token = await issuer.sign(EDITOR);
    issuer.down = true;
    const before = issuer.refusals;
    for (let count = 0; count < 30; count++) expect((await create(token)).status).toBe(503);
    await Promise.all(Array.from({ length: 30 }, () => create(token)));
    expect(issuer.refusals - before).toBeLessThanOrEqual(3);
    issuer.down = false;
    laterMs += 31_000;
    expect((await create(token)).status).toBe(201);
  });

  it.each(ways)('are asked for a few times by tokens with made-up key ids: %s', async (_, environment) => {
    atrium = await startAtrium({ JWT_SECRET: '', ...environment() });
    const good = await issuer.sign(EDITOR);
    expect((await create(good)).status).toBe(201);
    laterMs += 31_000;
    issuer.down = true;
    const before = issuer.refusals;
    for (let count = 0; count < 30; count++)
      expect([401, 503]).toContain((await create(await issuer.sign(EDITOR, 'RS256', `made-up-${count}`))).status);
    expect(issuer.refusals - before).toBeLessThanOrEqual(3);
    expect((await create(good)).status).toBe(201);
  });

  it.each(ways)('are good for a day without it, and renewed when it is back: %s', async (_, environment) => {
    atrium = await startAtrium({ JWT_SECRET: '', ...environment() });
    const token = await issuer.sign(EDITOR);
    expect((await create(token)).status).toBe(201);
    issuer.down = true;
    for (const hours of [1, 12, 23]) {
      laterMs = hours * 3_600_000;
      expect([hours, (await create(token)).status]).toEqual([hours, 201]);
    }
    laterMs = 25 * 3_600_000;
    expect((await create(token)).body.code).toBe('keys-unavailable');
    issuer.down = false;
    laterMs += 60_000;
    const before = issuer.fetches;
    expect((await create(token)).status).toBe(201);
    expect(issuer.fetches - before).toBe(1);
  });

  it('are not asked for over http in production, whatever its configuration says', async () => {
    const environment = { NODE_ENV: 'production', JWT_ISSUER: issuer.url };
    atrium = await startAtrium({ JWT_SECRET: '', ...environment });
    expect((await create(await issuer.sign(EDITOR))).status).toBe(201); // a key set on this machine
    await atrium.close();
    atrium = await startAtrium({ JWT_SECRET: '', ...environment });
    const before = issuer.fetches;
    for (const keySetUrl of ['http://keys.example/keys', 'ftp://keys.example/keys', 'keys', 7]) {
      issuer.namedKeysUrl = keySetUrl;
      laterMs += 31_000;
      expect((await create(await issuer.sign(EDITOR))).body.code).toBe('keys-unavailable');
    }
    issuer.namedKeysUrl = undefined;
    expect(issuer.fetches - before).toBe(0);
    laterMs += 31_000;
    expect((await create(await issuer.sign(EDITOR))).status).toBe(201);
  });
});

describe('keys that are configured', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['short', { JWT_SECRET: 'x'.repeat(31) }, /JWT_SECRET should be at least 32 bytes/],
    ['both', { JWT_SECRET, JWKS_URL: 'https://keys.example/jwks' }, /JWT_SECRET should be unset when/],
    ['no URL', { JWT_ISSUER: 'keys.example' }, /JWT_ISSUER should be an https URL/],
    ['over http', { NODE_ENV: 'production', JWKS_URL: 'http://keys.example' }, /JWKS_URL should be an https URL/],
  ])('are refused when they are %s', (_, environment, message) => {
    expect(() => loadConfig(environment)).toThrow(message);
  });

  it('are asked for by name in production', () => {
    const config = loadConfig({ NODE_ENV: 'production' });
    expect(() => AuthModule.forRoot(config)).toThrow(/JWT_SECRET .*JWT_ISSUER, or JWKS_URL/);
  });

  it('are made once in development, kept for their owner only, and sign the token of the banner', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
    const config = loadConfig({ DATABASE_URL: `sqlite:${folder}` });
    const token = (await demoToken(config)) ?? '';
    const made = statSync(join(folder, 'jwt-secret'));
    expect(made.mode & 0o777).toBe(0o600);
    atrium = await startAtrium({ JWT_SECRET: '', DATABASE_URL: `sqlite:${folder}` });
    expect((await create(token)).status).toBe(201);
    expect(statSync(join(folder, 'jwt-secret')).mtimeMs).toBe(made.mtimeMs);
    expect(await demoToken(loadConfig({ JWT_SECRET }))).toBeUndefined();
    await atrium.close();
    atrium = undefined;
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a route', () => {
  @Controller()
  class HalfDeclared {
    @Get('probe')
    @Public()
    probe(): void {}

    @Get('secrets')
    secrets(): void {}
  }

  it('that does not say whom it is for keeps Atrium from starting', async () => {
    const config = loadConfig({ JWT_SECRET });
    const providers = [{ provide: CONFIG, useValue: config }, { provide: Clock, useValue: new Clock() }, RateLimiter];
    const root = {
      module: class Root {},
      imports: [
        { module: class Settings {}, global: true, providers, exports: [CONFIG, Clock, RateLimiter] },
        AuthModule.forRoot(config),
      ],
      controllers: [HalfDeclared],
    };
    const started = NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
    await expect(started).rejects.toThrow(
      'Routes without @Public(), @Read(), @Roles() or @ManyCentres(): HalfDeclared.secrets',
    );
  });
});
