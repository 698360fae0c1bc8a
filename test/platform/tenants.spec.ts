import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { testServer } from '../support/database.js';
import { expectBadFields, expectProblem } from '../support/problem.js';
import { createCampaign, NOVEMBER } from '../support/rows.js';

const ADMIN = `Bearer ${await signToken({ sub: 'root@example.com', roles: ['platform-admin'] })}`;

/** Each stands for several zones; what reads local dates takes none of them. */
const SHORT_NAMES = [
  'ACT',
  'AET',
  'AGT',
  'ART',
  'AST',
  'BET',
  'BST',
  'CAT',
  'CNT',
  'CST',
  'CTT',
  'EAT',
  'ECT',
  'IET',
].concat(['IST', 'JST', 'MIT', 'NET', 'NST', 'PLT', 'PNT', 'PRT', 'PST', 'SST', 'VST']);

interface TenantBody {
  id: string;
  name: string;
  timeZone: string;
  status: string;
  createdOn: string;
}

describe('the tenants of the platform', () => {
  let atrium: Atrium;
  let exportFolder: string;
  let made = 0;
  beforeAll(async () => {
    exportFolder = mkdtempSync(join(tmpdir(), 'atrium-exports-'));
    atrium = await startAtrium({ EXPORT_FOLDER: exportFolder });
  });
  afterAll(async () => {
    await atrium.close();
    rmSync(exportFolder, { recursive: true });
  });

  function ask<T = TenantBody>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return atrium.call<T>(NOBODY, method, path, body, { authorization: ADMIN, ...headers });
  }

  async function add(fields: object = {}): Promise<TenantBody> {
    const answer = await ask('POST', '/tenants', { id: `mall-${++made}`, name: 'Mall', timeZone: 'UTC', ...fields });
    expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
    return answer.body;
  }

  describe('GET /tenants', () => {
    it('gives all of them by id, for their reader alone', async () => {
      await add();
      const { status, body, headers } = await ask<TenantBody[]>('GET', '/tenants');
      expect(status).toBe(200);
      expect(body.map(({ id }) => id)).toEqual(body.map(({ id }) => id).toSorted());
      expect(body).toContainEqual({
        id: 'berlin-mall',
        name: 'Berlin Mall',
        timeZone: 'Europe/Berlin',
        languages: [],
        status: 'active',
        createdOn: expect.stringMatching(/^\d{4}-.*Z$/),
      });
      expect(headers.get('cache-control')).toBe('private, no-store');
      const same = { 'if-none-match': headers.get('etag') ?? '' };
      expect((await ask('GET', '/tenants', undefined, same)).status).toBe(304);
      await add();
      expect((await ask('GET', '/tenants', undefined, same)).status).toBe(200);
    });
  });

  describe('POST /tenants', () => {
    it('adds one that is served as soon as it is answered', async () => {
      const answer = await ask('POST', '/tenants', { id: 'harbour', name: ' Harbour ', timeZone: 'Asia/Tokyo' });
      expect(answer.status).toBe(201);
      expect(answer.headers.get('location')).toBe('/tenants/harbour');
      expect(answer.body).toMatchObject({
        id: 'harbour',
        name: 'Harbour',
        timeZone: 'Asia/Tokyo',
        languages: [],
        status: 'active',
      });
      const read = await ask('GET', '/tenants/harbour');
      expect([read.body, read.headers.get('etag')]).toEqual([answer.body, answer.headers.get('etag')]);
      const { startDate } = await createCampaign(atrium, 'harbour', {
        startDate: '2026/11/01 09:00:00',
        endDate: '2026/11/30 00:00:00',
      });
      expect(startDate).toBe('2026-11-01T00:00:00.000Z');
    });

    it('takes every time zone in which local dates can be read, and no other, as the list spells it', async () => {
      const names = [...Intl.supportedValuesOf('timeZone'), ...SHORT_NAMES, 'Asia/Kolkata', 'US/Eastern', 'Etc/GMT+5'];
      const misspelt = names.map((name) => (name.includes('/') ? name.toLowerCase() : name));
      const { id } = await add();
      for (const [index, timeZone] of misspelt.entries()) {
        if (index % 7 > 0 && timeZone.includes('/')) continue; // enough of each continent
        const { status, body } = await ask('PATCH', `/tenants/${id}`, { timeZone });
        const taken = status === 200 ? body.timeZone : status;
        expect([timeZone, taken]).toEqual([timeZone, SHORT_NAMES.includes(timeZone) ? 422 : names[index]]);
        const dates = { startDate: '2026/11/01 09:00:00', endDate: '2026/11/30 00:00:00' };
        if (status === 200) await createCampaign(atrium, id, dates);
      }
    }, 120_000);

    const FINE = { id: 'fine', name: 'Fine', timeZone: 'UTC' };
    it.each<[string, unknown, string[]]>([
      ['nothing', {}, ['#/id', '#/name', '#/timeZone']],
      ['no time zone', { id: 'fine', name: 'Fine' }, ['#/timeZone']],
      ['an array', [], ['#']],
      ['an unknown field', { ...FINE, status: 'active' }, ['#/status']],
      ['a schema', { ...FINE, schema: 'dbo' }, ['#/schema']],
      ['an id in capitals', { ...FINE, id: 'Fine' }, ['#/id']],
      ['an id of 64 characters', { ...FINE, id: 'a'.repeat(64) }, ['#/id']],
      ['an id with an underscore', { ...FINE, id: 'a_b' }, ['#/id']],
      ['an id that ends with a hyphen', { ...FINE, id: 'a-' }, ['#/id']],
      ['an id that is a number', { ...FINE, id: 7 }, ['#/id']],
      ['an id that is null', { ...FINE, id: null }, ['#/id']],
      ['an id that is a list', { ...FINE, id: ['fine'] }, ['#/id']],
      ...['platform', 'dbo', 'sys', 'guest', 'information-schema'].map((id): [string, unknown, string[]] => [
        `the reserved id ${id}`,
        { ...FINE, id },
        ['#/id'],
      ]),
      ['a blank name', { ...FINE, name: '  ' }, ['#/name']],
      ['a name of 501 characters', { ...FINE, name: 'x'.repeat(501) }, ['#/name']],
      ['a name with a control character', { ...FINE, name: 'a\u0000b' }, ['#/name']],
      ['a name that is null', { ...FINE, name: null }, ['#/name']],
      ['an unknown time zone', { ...FINE, timeZone: 'Mars/Base' }, ['#/timeZone']],
      ['a short name that means several zones', { ...FINE, timeZone: 'IST' }, ['#/timeZone']],
      ['languages that are text', { ...FINE, languages: 'de' }, ['#/languages']],
      ['another spelling of a language', { ...FINE, languages: ['de', 'en_US'] }, ['#/languages']],
      ['a language twice', { ...FINE, languages: ['de', 'de'] }, ['#/languages']],
      ['a date with a time zone', { ...FINE, timeZone: 'T00[Europe/Berlin]' }, ['#/timeZone']],
      ['a name without anything visible', { ...FINE, name: '\u200B\u2060' }, ['#/name']],
      ['an offset for a time zone', { ...FINE, timeZone: '+01:00' }, ['#/timeZone']],
      ['a time zone that is null', { ...FINE, timeZone: null }, ['#/timeZone']],
      ['a database of another kind', { ...FINE, databaseUrl: 'postgres://u:p@h/d' }, ['#/databaseUrl']],
      ['a database without a password', { ...FINE, databaseUrl: 'mssql://u@h/d' }, ['#/databaseUrl']],
      ['a database that is a number', { ...FINE, databaseUrl: 1 }, ['#/databaseUrl']],
      ['a database out of reach', { ...FINE, databaseUrl: 'mssql://u:a-secret-word@127.0.0.1:1/d' }, ['#/databaseUrl']],
    ])('refuses %s, and adds nothing', async (_, body, pointers) => {
      const before = await ask<TenantBody[]>('GET', '/tenants');
      const answer = await ask('POST', '/tenants', body);
      expectBadFields(answer, ...pointers);
      expect(JSON.stringify(answer.body)).not.toContain('a-secret-word');
      const after = await ask<TenantBody[]>('GET', '/tenants');
      expect([after.body, after.headers.get('etag')]).toEqual([before.body, before.headers.get('etag')]);
    });

    it('refuses an id that is taken, whatever its state', async () => {
      const { id } = await add();
      expectProblem(await ask('POST', '/tenants', { id, name: 'Again', timeZone: 'UTC' }), 409, 'tenant-exists');
      await ask('PATCH', `/tenants/${id}`, { status: 'suspended' });
      expectProblem(await ask('POST', '/tenants', { id, name: 'Again', timeZone: 'UTC' }), 409, 'tenant-exists');
    });

    it('adds one when it is asked for ten times at once', async () => {
      const wanted = { id: 'wanted', name: 'Wanted', timeZone: 'UTC' };
      const posts = Array.from({ length: 10 }, () => ask('POST', '/tenants', wanted));
      const statuses = (await Promise.all(posts)).map(({ status }) => status);
      expect(statuses.toSorted((a, b) => a - b)).toEqual([201, ...Array<number>(9).fill(409)]);
      expect((await atrium.call('wanted', 'GET', '/campaign-events/live')).status).toBe(200);
    });
  });

  describe('a bad id in the path', () => {
    it.each(['Mall', '1', 'a_b', '%00', 'a'.repeat(64), '..%2fplatform'])('%s', async (id) => {
      for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
        const query = method === 'DELETE' ? `?confirm=${id}` : '';
        expectProblem(await ask(method, `/tenants/${id}${query}`, body), 400, 'id-malformed');
      }
    });

    it('that nobody has', async () => {
      for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
        const query = method === 'DELETE' ? '?confirm=nowhere' : '';
        expectProblem(await ask(method, `/tenants/nowhere${query}`, body), 404, 'not-found');
      }
    });
  });

  describe('PATCH /tenants/{id}', () => {
    let id: string;
    beforeEach(async () => {
      ({ id } = await add({ timeZone: 'UTC' }));
    });

    it('renames, and moves to another time zone, at once', async () => {
      const { status, body } = await ask('PATCH', `/tenants/${id}`, { name: 'Other', timeZone: 'America/New_York' });
      expect([status, body.name, body.timeZone]).toEqual([200, 'Other', 'America/New_York']);
      const local = { startDate: '2026/11/02 00:00:00', endDate: '2026/11/03 00:00:00' };
      expect((await createCampaign(atrium, id, local)).startDate).toBe('2026-11-02T05:00:00.000Z');
    });

    it('suspends: nobody is served, from memory or otherwise, until it is resumed with all its rows', async () => {
      await createCampaign(atrium, id, { startDate: '2020-01-01T00:00:00Z', endDate: '2999-01-01T00:00:00Z' });
      const live = () => atrium.call<unknown[]>(id, 'GET', '/campaign-events/live', undefined, { authorization: '' });
      for (const _ of [0, 1]) expect((await live()).status).toBe(200);
      await ask('PATCH', `/tenants/${id}`, { status: 'suspended' });
      expectProblem(await live(), 403, 'tenant-suspended');
      expectProblem(await atrium.call(id, 'POST', '/campaign-events', NOVEMBER), 403, 'tenant-suspended');
      await ask('PATCH', `/tenants/${id}`, { status: 'active' });
      expect((await live()).body).toHaveLength(1);
    });

    it.each<[string, unknown, string[]]>([
      ['another id', { id: 'other' }, ['#/id']],
      ['a database', { databaseUrl: 'mssql://u:p@h/d' }, ['#/databaseUrl']],
      ['the status retiring', { status: 'retiring' }, ['#/status']],
      ['a status that is null', { status: null }, ['#/status']],
      ['a name that is null', { name: null }, ['#/name']],
      ['an unknown time zone', { name: 'x', timeZone: 'Nowhere' }, ['#/timeZone']],
    ])('refuses %s, and changes nothing', async (_, body, pointers) => {
      const before = await ask('GET', `/tenants/${id}`);
      expectBadFields(await ask('PATCH', `/tenants/${id}`, body), ...pointers);
      const after = await ask('GET', `/tenants/${id}`);
      expect([after.body, after.headers.get('etag')]).toEqual([before.body, before.headers.get('etag')]);
    });

    it('changes its languages, and null takes them away', async () => {
      for (const languages of [['ja', 'zh-Hant'], null, ['de']])
        expect((await ask('PATCH', `/tenants/${id}`, { languages })).body).toMatchObject({
          languages: languages ?? [],
        });
    });

    it('of no fields writes nothing, and answers what is there', async () => {
      const list = async () => (await ask('GET', '/tenants')).headers.get('etag');
      const [before, listed] = [await ask('GET', `/tenants/${id}`), await list()];
      const answer = await ask('PATCH', `/tenants/${id}`, {});
      const tags = [answer, before].map(({ headers }) => headers.get('etag'));
      expect([answer.status, answer.body, tags[0], await list()]).toEqual([200, before.body, tags[1], listed]);
      expectProblem(await ask('PATCH', `/tenants/${id}`, {}, { 'if-match': '"older"' }), 412, 'stale');
      const other = { 'if-none-match': '*' };
      for (const body of [{}, { name: 'Other' }])
        expectProblem(await ask('PATCH', `/tenants/${id}`, body, other), 412, 'stale');
      expectProblem(await ask('PATCH', '/tenants/nowhere', {}), 404, 'not-found');
    });

    it('refuses to overwrite what its caller has not seen', async () => {
      const seen = { 'if-match': (await ask('GET', `/tenants/${id}`)).headers.get('etag') ?? '' };
      expect((await ask('PATCH', `/tenants/${id}`, { name: 'First' }, seen)).status).toBe(200);
      expectProblem(await ask('PATCH', `/tenants/${id}`, { name: 'Second' }, seen), 412, 'stale');
    });
  });

  describe('DELETE /tenants/{id}', () => {
    it('refuses an active one, and one that is not named again', async () => {
      const { id } = await add();
      expectProblem(await ask('DELETE', `/tenants/${id}?confirm=${id}`), 409, 'tenant-active');
      await ask('PATCH', `/tenants/${id}`, { status: 'suspended' });
      for (const query of ['', '?confirm=', '?confirm=other', `?confirm=${id}&confirm=${id}`, `?confirm=${id}&force=1`])
        expectProblem(await ask('DELETE', `/tenants/${id}${query}`), 400, 'query-invalid');
      const stale = { 'if-match': '"other"' };
      expectProblem(await ask('DELETE', `/tenants/${id}?confirm=${id}`, undefined, stale), 412, 'stale');
      const other = { 'if-none-match': '*' };
      expectProblem(await ask('DELETE', `/tenants/${id}?confirm=${id}`, undefined, other), 412, 'stale');
      expect((await ask('GET', `/tenants/${id}`)).body.status).toBe('suspended');
    });

    it('keeps an export, removes the rows, and lets the id be used anew without a trace of them', async () => {
      const { id } = await add();
      const always = { startDate: '2020-01-01T00:00:00Z', endDate: '2999-01-01T00:00:00Z' };
      await createCampaign(atrium, id, { ...always, name: 'Of the first life' });
      const live = () => atrium.call<unknown[]>(id, 'GET', '/campaign-events/live', undefined, { authorization: '' });
      const { headers } = await live();
      await live();
      await ask('PATCH', `/tenants/${id}`, { status: 'suspended' });
      expect((await ask('DELETE', `/tenants/${id}?confirm=${id}`)).status).toBe(204);
      expectProblem(await live(), 404, 'tenant-unknown');
      expectProblem(await ask('DELETE', `/tenants/${id}?confirm=${id}`), 404, 'not-found');
      const file = readdirSync(exportFolder).find((name) => name.startsWith(id));
      expect(readFileSync(join(exportFolder, file ?? ''), 'utf8')).toContain('Of the first life');

      await ask('POST', '/tenants', { id, name: 'Second life', timeZone: 'UTC' });
      const again = await live();
      expect([again.status, again.body]).toEqual([200, []]);
      expect(again.headers.get('etag')).not.toBe(headers.get('etag'));
    });

    it('removes nothing when its export cannot be kept, says so, and does it when that is mended', async () => {
      const { id } = await add();
      await createCampaign(atrium, id);
      await ask('PATCH', `/tenants/${id}`, { status: 'suspended' });
      rmSync(exportFolder, { recursive: true });
      writeFileSync(exportFolder, 'no folder');
      expectProblem(await ask('DELETE', `/tenants/${id}?confirm=${id}`), 409, 'export-not-kept');
      expect((await ask('GET', `/tenants/${id}`)).body.status).toBe('suspended');
      rmSync(exportFolder);
      await ask('PATCH', `/tenants/${id}`, { status: 'active' });
      expect((await atrium.call(id, 'GET', '/campaign-events')).body.items).toHaveLength(1);
      await ask('PATCH', `/tenants/${id}`, { status: 'suspended' });
      expect((await ask('DELETE', `/tenants/${id}?confirm=${id}`)).status).toBe(204);
    });
  });

  if (!testServer()) {
    it('refuses a database of its own to a tenant where every tenant is a file', async () => {
      const body = { id: 'elsewhere', name: 'x', timeZone: 'UTC', databaseUrl: 'mssql://u:p@127.0.0.1/d' };
      expectBadFields(await ask('POST', '/tenants', body), '#/databaseUrl');
    });
  }
});
