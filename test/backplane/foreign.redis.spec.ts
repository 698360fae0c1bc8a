import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TENANTS } from '../support/atrium.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';
import { type Redis, startRedis } from '../support/redis.js';

const folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
let redis: Redis;
let atrium: AtriumProcess;
beforeAll(async () => {
  redis = await startRedis();
  atrium = await startProcess({
    DATABASE_URL: `sqlite:${folder}`,
    TENANTS: JSON.stringify(TENANTS),
    REDIS_URL: redis.url,
    LOG_FORMAT: 'json',
  });
});
afterAll(async () => {
  await endProcess(atrium);
  rmSync(folder, { recursive: true });
  await redis.kill();
});

it('thousands of messages that are no announcements are one line of the log', async () => {
  const sender = createClient({ url: redis.url });
  await sender.connect();
  const messages = ['{"tenantId":', 'text', 'null', '7', '[]', '{}', '{"tenantId":7,"epoch":"x","revision":1}'];
  while ((await sender.publish('atrium:revisions', 'first')) === 0) await delay(20); // until the pod listens
  for (let sent = 0; sent < 9_100; sent += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        sender.publish('atrium:revisions', messages[index % messages.length] ?? ''),
      ),
    );
  await delay(500);
  sender.destroy();
  expect(atrium.output().match(/Ignored a message/g)).toHaveLength(1);
});
