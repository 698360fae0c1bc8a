import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, signToken, startAtrium } from '../support/atrium.js';
import { ALWAYS } from '../support/rows.js';

const MALL = 'berlin-mall';
const LIVE = '/campaign-events/live';
const CAMPAIGN = { name: 'Sale', ...ALWAYS };

/** A second. */
const SHARE = 20;

/** Without an origin a request is refused in front of the framework, with one within it. */
const WAYS: [string, Record<string, string>][] = [
  ['in front of the framework', {}],
  ['within the framework', { origin: 'https://example.com' }],
];

describe('while one anonymous reader asks three times as often as RATE_LIMIT allows', () => {
  let atrium: Atrium;
  let flood: NodeJS.Timeout;
  let refused: number;
  beforeEach(async () => {
    atrium = await startAtrium({ RATE_LIMIT: String(SHARE) });
    refused = 0;
    const ask = () => atrium.call(MALL, 'GET', LIVE, undefined, { authorization: '' });
    const isUnrefused = () => refused === 0;
    const count = async () => void (refused += Number((await ask()).status === 429));
    for (let tries = 0; tries < 10 && isUnrefused(); tries++)
      await Promise.all(Array.from({ length: 2 * SHARE }, count));
    expect(isUnrefused()).toBe(false);
    flood = setInterval(() => void count().catch(() => undefined), 1_000 / (3 * SHARE));
  });
  afterEach(async () => {
    clearInterval(flood);
    await delay(100);
    await atrium.close();
  });

  it.each(WAYS)('none of the 40 writes of an editor is refused %s', async (_, headers) => {
    const statuses: number[] = [];
    for (let write = 0; write < 40; write++, await delay(1_000 / SHARE))
      statuses.push((await atrium.call(MALL, 'POST', '/campaign-events', CAMPAIGN, headers)).status);
    expect(statuses.filter((status) => status !== 201)).toEqual([]);
    expect(refused).toBeGreaterThan(SHARE);
  });

  it.each(WAYS)('staff that ask too often are refused as well %s', async (_, headers) => {
    const answers = await Promise.all(
      Array.from({ length: 5 * SHARE }, () => atrium.call(MALL, 'GET', '/changes', undefined, headers)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2 * SHARE);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(SHARE);
  });

  const others: [string, () => Promise<string>][] = [
    ['no JWT', async () => 'nonsense'],
    ['signed by somebody else', () => signToken({ roles: ['editor'], tenants: ['*'] }, 'x'.repeat(32))],
    ['of yesterday', () => signToken({ roles: ['editor'], tenants: ['*'], exp: 1 })],
    ["a reader's", () => signToken({ roles: ['reader'], tenants: ['*'] })],
    ["an admin's of the platform", () => signToken({ roles: ['platform-admin'] })],
    ["an editor's of another shopping centre", () => signToken({ roles: ['editor'], tenants: ['york-plaza'] })],
  ];
  it.each(others)(
    'a token that is %s has no part in the share of staff, and takes nothing from it',
    async (_, make) => {
      const authorization = `Bearer ${await make()}`;
      for (const [, headers] of WAYS) {
        const answers = await Promise.all(
          Array.from({ length: 3 * SHARE }, () =>
            atrium.call(MALL, 'GET', LIVE, undefined, { ...headers, authorization }),
          ),
        );
        expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(SHARE);
      }
      const writes = await Promise.all(
        Array.from({ length: 2 * SHARE }, () => atrium.call(MALL, 'POST', '/campaign-events', CAMPAIGN)),
      );
      expect(writes.filter(({ status }) => status !== 201)).toEqual([]);
    },
  );

  it('an editor who is known is let in though thousands of made-up tokens come', async () => {
    expect((await atrium.call(MALL, 'POST', '/campaign-events', CAMPAIGN)).status).toBe(201);
    const madeUp = Array.from({ length: 1_500 }, async (_, index) => {
      const authorization = `Bearer ${await signToken({ sub: String(index), roles: ['editor'] }, 'x'.repeat(32))}`;
      return atrium.call(MALL, 'GET', LIVE, undefined, { authorization });
    });
    await delay(50);
    const statuses: number[] = [];
    for (let write = 0; write < 20; write++)
      statuses.push((await atrium.call(MALL, 'POST', '/campaign-events', CAMPAIGN)).status);
    await Promise.all(madeUp);
    expect(statuses.filter((status) => status !== 201)).toEqual([]);
  });
});
