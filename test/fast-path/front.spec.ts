import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { Front } from '../../src/fast-path/front.js';
import { RateLimiter } from '../../src/tenancy/rate-limiter.js';
import { startAtrium } from '../support/atrium.js';

const FRAMEWORK = 599;
const ROUNDS = 20;

it('a request from memory beyond the rate is refused once, in front of the framework', async () => {
  const atrium = await startAtrium({ RATE_LIMIT: '1' });
  const server = createServer((_, response) => response.writeHead(FRAMEWORK).end());
  atrium.app.get(Front, { strict: false }).install(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const path = '/campaign-events/live';
    await atrium.call('berlin-mall', 'GET', path); // from now on it lies in memory
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const statuses: number[] = [];
    for (let round = 0; round < ROUNDS; round++)
      statuses.push((await fetch(url, { headers: { 'x-tenant-id': 'berlin-mall' } })).status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const refused = statuses.filter((status) => status === 429).length;
    expect(atrium.app.get(RateLimiter, { strict: false }).refused).toBe(refused);
  } finally {
    server.close();
    await atrium.close();
  }
});
