import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest, Agent } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AtriumTimeline } from '../../client/src/atrium-timeline.js';
import { type Atrium, startAtrium } from '../support/atrium.js';

const MALL = 'berlin-mall';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const DAY_MS = 86_400_000;

const FAMILIES = ['Coats and boots', 'Garden and balcony', 'Toys and games', 'Books and music', 'Kitchen and table'];
/** Prose, as the texts of a centre are: sentences that repeat would be compressed to nothing. */
const WORDS = readFileSync('docs/operations.md', 'utf8').match(/[a-z]{2,}[,.]?/gi) ?? [];

/** Twelve campaigns of three events, with texts in two languages, as a centre has them. */
async function plan(atrium: Atrium): Promise<void> {
  let used = 0;
  const words = (count: number) => WORDS.slice(used, (used += count)).join(' ');
  for (let index = 0; index < 12; index++) {
    const content = (part: number) => {
      const name = `${FAMILIES[(index + part) % FAMILIES.length]}, part ${index + 1}.${part}`;
      return {
        name,
        description: words(30),
        imageUrl: `https://images.mall.example/${index}/${part}.jpg`,
        location: `Level ${index % 4}, shop ${100 + index * 7 + part}`,
        tags: ['sale', index % 2 === 0 ? 'family' : 'fashion'],
        translations: { de: { name: words(3), description: words(30) } },
      };
    };
    const from = NOON + (index - 3) * DAY_MS;
    const period = { startDate: new Date(from).toISOString(), endDate: new Date(from + 9 * DAY_MS).toISOString() };
    const events = [1, 2, 3].map((part) => ({
      ...content(part),
      startDate: new Date(from + part * DAY_MS).toISOString(),
      endDate: new Date(from + (part + 4) * DAY_MS).toISOString(),
    }));
    const { status } = await atrium.call(MALL, 'POST', '/campaign-events', { ...content(0), ...period, events });
    expect(status).toBe(201);
  }
}

describe('a phone that shows a centre for three minutes', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium({ FRESH_SECONDS: '60' });
    atrium.clock.setMs = NOON + 1;
    await plan(atrium);
    // Other phones have asked before: the first answer after a write may not be compressed yet.
    for (let attempt = 0; attempt < 100; attempt++) {
      const { headers } = await atrium.call(MALL, 'GET', '/timeline', undefined, {
        authorization: '',
        'accept-encoding': 'br',
      });
      if (headers.get('content-encoding') === 'br') return;
      await delay(50);
    }
    throw new Error('the timeline is never compressed');
  });
  afterAll(() => atrium.close());

  it('asks four times at most, and once for the whole, and is right at every look', async () => {
    const wire = { bytes: 0, body: 0, statuses: [] as number[] };
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const timeline = new AtriumTimeline({
      baseUrl: atrium.url,
      tenant: MALL,
      now: () => atrium.clock.now(),
      fetch: (request) => overTheWire(request, agent, wire),
    });
    for (let second = 0; second < 180; second++) {
      atrium.clock.setMs = NOON + 1 + second * 1_000;
      await timeline.refresh();
      expect(timeline.live().campaigns).toHaveLength(4);
    }
    agent.destroy();
    expect(wire.statuses).toEqual([200, 304, 304]);
    expect(timeline.timeline?.campaigns.flatMap(({ events }) => events)).toHaveLength(36);
    // The figures that docs/integration.md tells.
    expect(wire.bytes).toBeLessThan(12_000);
    // All but the body once: what the three answers cost beyond what there is to show.
    expect(wire.bytes - wire.body).toBeLessThan(1_600);
    process.stdout.write(
      `a phone for three minutes: ${wire.statuses.length} requests, ${wire.bytes} bytes down, ${wire.body} of them the timeline\n`,
    );
  });
});

/** A request as the phone's system sends it, which reads br, and the bytes that come back for it. */
async function overTheWire(
  { url, headers }: Request,
  agent: Agent,
  wire: { bytes: number; body: number; statuses: number[] },
): Promise<Response> {
  const outgoing = httpRequest(url, { agent, headers: { ...Object.fromEntries(headers), 'accept-encoding': 'br' } });
  let before = 0;
  outgoing.once('socket', (socket) => (before = socket.bytesRead));
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  const { socket } = response;
  const sent = await buffer(response);
  const status = response.statusCode ?? 0;
  wire.bytes += socket.bytesRead - before;
  wire.body += sent.length;
  wire.statuses.push(status);
  const body = response.headers['content-encoding'] === 'br' ? brotliDecompressSync(sent) : sent;
  return new Response(status === 304 ? null : body.toString(), {
    status,
    headers: Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  });
}
