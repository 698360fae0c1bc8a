import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, call, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { endProcess, startProcess } from '../support/process.js';
import { createDatabase } from '../support/database.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign } from '../support/rows.js';

const MALL = 'berlin-mall';
const HOUR_MS = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

interface Line {
  id: string;
  tags: { timeline: string; campaigns: string; events: string };
}

/** A client of server-sent events, which keeps what it is sent. */
class Stream {
  text = '';
  isEnded = false;
  private readonly gone = new AbortController();

  private constructor(readonly head: Response) {}

  static async open(url: string, headers: Record<string, string> = {}): Promise<Stream> {
    const gone = new AbortController();
    const answer = await fetch(`${url}/timeline/stream`, {
      headers: { 'x-tenant-id': MALL, ...headers },
      signal: gone.signal,
    });
    const stream = new Stream(answer);
    gone.signal.throwIfAborted();
    stream.gone.signal.addEventListener('abort', () => gone.abort());
    void stream.read();
    await stream.until(() => stream.text.includes('retry:'));
    return stream;
  }

  get lines(): Line[] {
    return [...this.text.matchAll(/^id: (\S+)\nevent: changed\ndata: (.+)\n\n/gm)].map(([, id = '', data = '']) => ({
      id,
      tags: JSON.parse(data) as Line['tags'],
    }));
  }

  async until(isThere: () => boolean): Promise<void> {
    for (let attempt = 0; attempt < 500 && !isThere(); attempt++) await delay(20);
    if (!isThere()) throw new Error(`Only this has come: ${this.text}`);
  }

  close(): void {
    this.gone.abort();
  }

  private async read(): Promise<void> {
    try {
      for await (const bytes of this.head.body!) this.text += Buffer.from(bytes).toString();
    } catch {
      // Either side has ended it.
    }
    this.isEnded = true;
  }
}

describe('the stream of a centre', () => {
  let atrium: Atrium;
  const open: Stream[] = [];
  beforeEach(async () => {
    atrium = await startAtrium();
  });
  afterEach(async () => {
    for (const stream of open.splice(0)) stream.close();
    await atrium.close();
  });

  async function connect(headers?: Record<string, string>): Promise<Stream> {
    const stream = await Stream.open(atrium.url, headers);
    open.push(stream);
    return stream;
  }

  async function tagOf(path: string): Promise<string | null> {
    return (await atrium.call(MALL, 'GET', path, undefined, { authorization: '' })).headers.get('etag');
  }

  it('begins with the tags of the answers, and has a line after each write that shows', async () => {
    const stream = await connect();
    expect(stream.head.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.head.headers.get('cache-control')).toBe('no-store');
    expect(stream.head.headers.get('content-encoding')).toBeNull();
    expect(stream.head.headers.get('vary')).toMatch(/X-Tenant-Id/i);
    await stream.until(() => stream.lines.length === 1);
    await createCampaign(atrium, MALL, { startDate: iso(Date.now() - HOUR_MS), endDate: iso(Date.now() + HOUR_MS) });
    await stream.until(() => stream.lines.length === 2);
    const [, { tags } = { tags: undefined }] = stream.lines;
    expect(tags).toEqual({
      timeline: await tagOf('/timeline'),
      campaigns: await tagOf('/campaign-events/live'),
      events: await tagOf('/events/live'),
    });
  });

  it('has a line when something starts and ends, on time', async () => {
    const startMs = Date.now() + 1_500;
    await createCampaign(atrium, MALL, { startDate: iso(startMs), endDate: iso(startMs + 499) });
    const stream = await connect();
    await stream.until(() => stream.lines.length === 2);
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(0);
    expect(Date.now() - startMs).toBeLessThan(400);
    await stream.until(() => stream.lines.length === 3);
    const [before, live, after] = stream.lines.map(({ tags }) => tags.campaigns);
    expect(live).not.toBe(before);
    expect(after).toBe(before);
  });

  it('says nothing of what is hidden', async () => {
    const stream = await connect();
    await stream.until(() => stream.lines.length === 1);
    const soon = { startDate: iso(Date.now() + 300), endDate: iso(Date.now() + 600) };
    await createCampaign(atrium, MALL, { ...soon, status: 'draft' });
    await createCampaign(atrium, MALL, {
      ...soon,
      endDate: iso(Date.now() + HOUR_MS),
      visibleFrom: iso(Date.now() + HOUR_MS),
    });
    await delay(1_500);
    expect(stream.lines).toHaveLength(1);
    const editor = await connect({
      authorization: `Bearer ${await signToken({ roles: ['editor'], tenants: [MALL] })}`,
    });
    expect(editor.head.headers.get('cache-control')).toBe('private, no-store');
    await editor.until(() => editor.lines.length === 1);
    expect(editor.lines).toEqual(stream.lines);
  });

  it('goes on where it was cut off', async () => {
    const first = await connect();
    await first.until(() => first.lines.length === 1);
    const { id } = first.lines[0]!;
    first.close();
    const again = await connect({ 'last-event-id': id });
    await createCampaign(atrium, MALL);
    await again.until(() => again.lines.length === 1);
    again.close();
    await createCampaign(atrium, MALL);
    const late = await connect({ 'last-event-id': again.lines[0]!.id });
    await late.until(() => late.lines.length === 1);
    expect(new Set([id, again.lines[0]!.id, late.lines[0]!.id]).size).toBe(3);
  });

  it('is not for strangers, and ends with its centre', async () => {
    expectProblem(await call(atrium.url, 'nowhere', 'GET', '/timeline/stream'), 404, 'tenant-unknown');
    expectProblem(await atrium.call(MALL, 'GET', '/timeline/stream?x=1'), 400, 'query-invalid');
    expect(
      (await fetch(`${atrium.url}/timeline/stream`, { method: 'HEAD', headers: { 'x-tenant-id': MALL } })).status,
    ).toBe(200);
    const stream = await connect();
    const admin = { authorization: `Bearer ${await signToken({ roles: ['platform-admin'], tenants: [] })}` };
    await atrium.call(NOBODY, 'PATCH', `/tenants/${MALL}`, { status: 'suspended' }, admin);
    await stream.until(() => stream.isEnded);
  });

  it('is one of 1,000 of a centre at most', async () => {
    const streams: Stream[] = [];
    for (let batch = 0; batch < 20; batch++)
      streams.push(...(await Promise.all(Array.from({ length: 50 }, () => connect()))));
    expectProblem(await atrium.call(MALL, 'GET', '/timeline/stream'), 503, 'streams-full');
    await createCampaign(atrium, MALL);
    await Promise.all(streams.map((stream) => stream.until(() => stream.lines.length === 2)));
    for (const stream of streams.slice(0, 10)) stream.close();
    await delay(200);
    expect((await atrium.call(MALL, 'GET', '/timeline/stream')).status).toBe(200);
  }, 60_000);
});

it('a process that ends lets its streams go at once', async () => {
  const database = await createDatabase();
  const tenants = JSON.stringify([{ id: MALL, name: 'Berlin Mall', timeZone: 'UTC' }]);
  const running = await startProcess({
    DATABASE_URL: database.url,
    DATABASE_MIGRATE: 'true',
    TENANTS: tenants,
    DEMO: 'false',
  });
  const streams = await Promise.all([1, 2, 3].map(() => Stream.open(running.url)));
  expect(await endProcess(running)).toBe(0);
  for (const stream of streams) await stream.until(() => stream.isEnded);
  await database.remove();
}, 30_000);
