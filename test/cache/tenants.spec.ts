import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../src/problem/problem.js';
import { UnitOfWork } from '../../src/change/unit-of-work.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Atrium, startAtrium, TENANTS } from '../support/atrium.js';
import { createCampaign, createEvent, NOVEMBER } from '../support/rows.js';

const PATHS = [
  '/campaign-events/live',
  '/events/live',
  '/campaign-events/0',
  '/campaign-events/0/events',
  '/events/0',
] as const;

describe('two shopping centres that stand at the same revision, in one memory', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
    atrium.clock.setMs = Date.parse(NOVEMBER.startDate) + 10 * 86_400_000;
    for (const { id } of TENANTS) {
      await createCampaign(atrium, id, { name: `of ${id}` });
      await createEvent(atrium, id, { name: `of ${id}`, campaignEventId: 0 });
    }
  });
  afterAll(() => atrium.close());

  it.each(PATHS)('each read their own of GET %s, cold and at once', async (path) => {
    const unitOfWork = atrium.app.get(UnitOfWork);
    const read = unitOfWork.read.bind(unitOfWork);
    unitOfWork.read = async (work) => {
      const result = await read(work);
      await delay(20); // the others come while it is under way
      return result;
    };
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { id } = TENANTS[index % 2]!;
        const { body } = await atrium.call(id, 'GET', path);
        return { own: id, text: JSON.stringify(body) };
      }),
    );
    unitOfWork.read = read;
    for (const { own, text } of answers) {
      for (const { id } of TENANTS) expect(text.includes(`of ${id}`)).toBe(id === own);
    }
  });

  it.each(PATHS)('keep GET %s beside each other: neither reads it from the database again', async (path) => {
    const origins: (string | null)[] = [];
    for (const { id } of [...TENANTS, ...TENANTS, ...TENANTS]) {
      const { headers } = await atrium.call(id, 'GET', path);
      origins.push(headers.get('x-cache'));
    }
    expect(origins.slice(TENANTS.length)).toEqual(Array.from({ length: 4 }, () => 'memory'));
  });

  it('with the database away, one is not shown what the other has read', async () => {
    const [reader, other] = TENANTS.map(({ id }) => id) as [string, string];
    await createCampaign(atrium, reader); // 1
    await createCampaign(atrium, other); // 1
    await atrium.call(reader, 'GET', '/campaign-events/1');
    Object.assign(atrium.app.get<object>(TenantDatabase), { read: answerNobody });
    expect((await atrium.call(reader, 'GET', '/campaign-events/1')).status).toBe(200);
    expect((await atrium.call(other, 'GET', '/campaign-events/1')).status).toBe(503);
  });
});

function answerNobody(): Promise<never> {
  return Promise.reject(unavailable('database-unavailable', 'The database does not answer just now.', undefined));
}
