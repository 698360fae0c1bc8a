import { describe, expect, it } from '@jest/globals';
import { type Atrium, signToken, startAtrium } from '../support/atrium.js';
import { createDatabase } from '../support/database.js';
import { NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const MARY = { name: 'Mary Ellis', email: 'mary@riverside.example' };

async function createAs(atrium: Atrium, claims: object): Promise<void> {
  const token = await signToken({ sub: 'mary', roles: ['editor'], tenants: [MALL], ...claims });
  const { status } = await atrium.call(MALL, 'POST', '/campaign-events', NOVEMBER, {
    authorization: `Bearer ${token}`,
  });
  expect(status).toBe(201);
}

async function people(atrium: Atrium): Promise<object[]> {
  const { body } = await atrium.call<{ items: Record<string, unknown>[] }>(MALL, 'GET', '/changes');
  return body.items.map((change) =>
    Object.fromEntries(Object.entries(change).filter(([name]) => name.startsWith('actor'))),
  );
}

describe('the person behind a change', () => {
  it('is kept with CHANGES_PEOPLE=true as far as the token tells, and stays when it is switched off', async () => {
    const database = await createDatabase();
    const told = [
      { actor: 'mary', actorName: MARY.name, actorEmail: MARY.email },
      { actor: 'mary', actorName: MARY.name },
      { actor: 'mary' },
      ...Array.from({ length: 4 }, () => ({ actor: 'mary' })),
    ];
    try {
      const first = await startAtrium({ DATABASE_URL: database.url, CHANGES_PEOPLE: 'true' });
      await createAs(first, MARY);
      await createAs(first, { name: MARY.name });
      await createAs(first, {});
      for (const name of ['', '  ', 'two\nlines', 'x'.repeat(256)]) await createAs(first, { name, email: ['no text'] });
      expect(await people(first)).toEqual(told);
      await first.close();

      const second = await startAtrium({ DATABASE_URL: database.url });
      await createAs(second, MARY);
      expect(await people(second)).toEqual([...told, { actor: 'mary' }]);
      await second.close();
    } finally {
      await database.remove();
    }
  });

  it('is kept nowhere by default', async () => {
    const atrium = await startAtrium();
    try {
      await createAs(atrium, MARY);
      expect(await people(atrium)).toEqual([{ actor: 'mary' }]);
    } finally {
      await atrium.close();
    }
  });
});
