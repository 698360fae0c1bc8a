import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { freePort } from '../support/process.js';
import { createCampaign } from '../support/rows.js';

const MALL = 'berlin-mall';
const GUIDE = readFileSync('docs/signals.md', 'utf8');

describe('the receiver of docs/signals.md', () => {
  let atrium: Atrium;
  let receiver: ChildProcess;
  let url: string;
  let output = '';

  beforeAll(async () => {
    atrium = await startAtrium({ WEBHOOK_ALLOW_PRIVATE: 'true' });
    const port = await freePort();
    url = `http://127.0.0.1:${port}/atrium`;
    const { body } = await atrium.call<{ secret: string }>(MALL, 'POST', '/webhooks', { url });
    const env = { PATH: process.env['PATH'], SECRET: body.secret, PORT: String(port) };
    receiver = spawn(process.execPath, ['docs/examples/receiver.mjs'], { env });
    receiver.stdout?.on('data', (text) => (output += String(text)));
    receiver.stderr?.on('data', (text) => (output += String(text)));
    await until(() => output.includes('listening'));
  });
  afterAll(async () => {
    receiver.kill();
    await once(receiver, 'close');
    await atrium.close();
  });

  async function until(isThere: () => boolean): Promise<void> {
    for (let attempt = 0; attempt < 500 && !isThere(); attempt++) await delay(20);
    if (!isThere()) throw new Error(`It says only: ${output}`);
  }

  it('takes what Atrium sends', async () => {
    await createCampaign(atrium, MALL, { name: 'White Friday', endDate: '2900-01-01T00:00:00Z' });
    await until(() => output.includes('campaign.started berlin-mall White Friday'));
    expect(output).toContain('campaign.created berlin-mall White Friday');
  });

  it.each([
    ['no signature', {}],
    ['a signature of another', { 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` }],
    ['a signature that is none', { 'webhook-signature': 'v1,x' }],
  ])('refuses %s', async (_, headers) => {
    const now = String(Math.floor(Date.now() / 1_000));
    const told = { 'webhook-id': 'x', 'webhook-timestamp': now, ...headers } as Record<string, string>;
    const { status } = await fetch(url, { method: 'POST', body: '{}', headers: told });
    expect(status).toBe(401);
  });

  it('is told of every type in the guide', async () => {
    const { TYPES } = await import('../../src/webhook/message.js');
    for (const type of TYPES.filter((type) => type.startsWith('campaign'))) expect(GUIDE).toContain(type);
  });
});
