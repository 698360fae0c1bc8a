import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, type Atrium, callerHeaders, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { expectBadFields, expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, everything, NOVEMBER } from '../support/rows.js';
import { send, sendBytes } from '../support/wire.js';

const MALL = 'berlin-mall';
const CART = '\u{1F6D2}';
const LONE_SURROGATE = '\uD83D';

let atrium: Atrium;
let before: Awaited<ReturnType<typeof everything>>;
let tagBefore: string | null;
beforeAll(async () => {
  atrium = await startAtrium();
  const { id } = await createCampaign(atrium, MALL);
  await createEvent(atrium, MALL, { campaignEventId: id });
  before = await everything(atrium, MALL);
});
beforeEach(async () => {
  tagBefore = await revisionTag();
});
afterEach(async () => {
  expect(await revisionTag()).toBe(tagBefore);
});
afterAll(async () => expect(await everything(atrium, MALL)).toEqual(before));
afterAll(() => atrium.close());

// Names the tenant's last write.
async function revisionTag(): Promise<string | null> {
  return (await atrium.call(MALL, 'GET', '/changes?limit=1')).headers.get('etag');
}

function post(body: unknown, headers?: Record<string, string>): Promise<Answer> {
  return atrium.call(MALL, 'POST', '/campaign-events', body, headers);
}

describe.each(['/campaign-events', '/events'])('a bad id of %s', (collection) => {
  it.each([
    'abc',
    '-1',
    '-0',
    '+1',
    '1e3',
    '2147483648',
    '9999999999999999999999',
    '1'.repeat(500),
    '0x10',
    '007',
    '00',
    '1.0',
    '1,0',
    '%00',
    '0%00',
    '%20',
    '0%20',
    '%0A',
    '%2F',
    '%2e%2e',
    '%D9%A3', // an Arabic 3
    'NaN',
    'null',
    'undefined',
    'constructor',
    '__proto__',
    "0'--",
    '*',
    'LIVE',
  ])('%s is refused', async (id) => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const headers = { ...callerHeaders(MALL), ...(method.startsWith('P') && { 'content-type': 'application/json' }) };
      const body = method.startsWith('P') ? JSON.stringify(NOVEMBER) : undefined;
      expectProblem(await send(atrium.url, `${collection}/${id}`, { method, headers, body }), 400, 'id-malformed');
    }
  });

  it('called live is one to read only', async () => {
    expectProblem(await atrium.call(MALL, 'PUT', `${collection}/live`, NOVEMBER), 400, 'id-malformed');
    expectProblem(await atrium.call(MALL, 'DELETE', `${collection}/live`), 400, 'id-malformed');
  });
});

describe('a bad name', () => {
  it.each([
    ['empty', ''],
    ['blank', '   '],
    ['nothing but blanks of other kinds', '\u00A0\u2003\t\n'],
    ['of 501 characters', 'x'.repeat(501)],
    ['of 501 characters once trimmed', ` ${'x'.repeat(501)} `],
    ['of 251 characters that take two places each', CART.repeat(251)],
    ['with NUL', 'Black\0Friday'],
    ['with a bell', 'Black\u0007Friday'],
    ['of two lines', 'Black\nFriday'],
    ['with a control character of Latin-1', 'Black\u0085Friday'],
    ['with DEL', 'Black\u007FFriday'],
    ['with half a character', `Black ${LONE_SURROGATE}Friday`],
    ['with the other half', 'Black \uDED2Friday'],
    ['of characters without width', '\u200B\u200C\u200D\u2060\uFEFF'],
    ['of one that only says how another looks', '\uFE0F'],
    ['of fillers and blanks', '\u3164 \u2800\u115F'],
    ['of a mark of direction', '\u202E'],
    ['that is a number', 5],
    ['that is null', null],
    ['that is true', true],
    ['that is a list', ['Black Friday']],
    ['that is an object', { en: 'Black Friday' }],
  ])('%s is refused', async (_, name) => {
    expectBadFields(await post({ ...NOVEMBER, name }), '#/name');
    expectBadFields(await atrium.call(MALL, 'PUT', '/campaign-events/0', { ...NOVEMBER, name }), '#/name');
    expectBadFields(await atrium.call(MALL, 'PATCH', '/events/0', { name }), '#/name');
    expectBadFields(await post({ ...NOVEMBER, events: [{ ...NOVEMBER, name }] }), '#/events/0/name');
  });
});

describe('what is said of a bad name', () => {
  it.each([
    [undefined, 'is missing'],
    [null, 'must be text'],
    [5, 'must be text'],
    [[], 'must be text'],
    ['', 'must be 1 to 500 characters long (an emoji counts as two)'],
    ['two\nlines', 'must be text without control characters'],
    ['\u200B', 'must have something visible in it'],
  ])('%j %s', async (name, detail) => {
    const { errors } = (await post({ ...NOVEMBER, name })).body;
    expect(errors).toEqual([{ pointer: '#/name', detail }]);
  });
});

describe('bad fields', () => {
  it('are all named at once, nested ones too', async () => {
    const answer = await post({ name: '', startDate: 'x', color: 'red', events: [NOVEMBER, { name: 5, 'a/b~c': 1 }] });
    const problem = expectProblem(answer, 422, 'fields-invalid');
    expect(problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual([
      '#/color',
      '#/endDate',
      '#/events/1/a~1b~0c',
      '#/events/1/endDate',
      '#/events/1/name',
      '#/events/1/startDate',
      '#/name',
      '#/startDate',
    ]);
  });

  it.each([
    'id',
    'createdOn',
    'updatedOn',
    'revision',
    'campaignEventId',
    'Name',
    'toJSON',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'constructor',
    'prototype',
    '__proto__',
    'then',
    '',
    '0',
    '$ref',
  ])('unknown ones are refused: %s', async (name) => {
    const body = { ...NOVEMBER, [name]: 0 };
    expectBadFields(await post(body), `#/${name}`);
    expectBadFields(await atrium.call(MALL, 'PUT', '/campaign-events/0', body), `#/${name}`);
    expectBadFields(await atrium.call(MALL, 'PATCH', '/campaign-events/0', { [name]: null }), `#/${name}`);
    expectBadFields(await post({ ...NOVEMBER, events: [body] }), `#/events/0/${name}`);
  });

  it('events is one only when a campaign is created', async () => {
    for (const method of ['PUT', 'PATCH'])
      expectBadFields(await atrium.call(MALL, method, '/campaign-events/0', { ...NOVEMBER, events: [] }), '#/events');
  });

  it.each([
    ['{"__proto__":{"name":"x"}}'],
    ['{"name":"x","__proto__":null}'],
    ['{"constructor":{"prototype":{"name":"x"}}}'],
    ['{"events":[{"__proto__":{"name":"x"}}]}'],
    ['{"events":[{"constructor":{"prototype":{}}}]}'],
    ['{"\\u005f_proto__":{"name":"x"}}'],
    ['{"constructor":{}}'],
    ['{"events":{"constructor":"Array"}}'],
  ])('that reach for the prototype are refused: %s', async (body) => {
    for (const [method, path] of [
      ['POST', '/campaign-events'],
      ['PATCH', '/campaign-events/0'],
      ['PUT', '/events/0'],
    ] as const) {
      expectProblem(await atrium.call(MALL, method, path, body), 422, 'fields-invalid');
    }
    expect('name' in {}).toBe(false);
  });

  it.each([
    ['null', null, '#/events'],
    ['an object', {}, '#/events'],
    ['an object like a list', { 0: NOVEMBER, length: 1 }, '#/events'],
    ['text', 'x', '#/events'],
    ['a number', 1, '#/events'],
    ['a list of null', [null], '#/events'],
    ['a list of text', ['x'], '#/events'],
    ['a list of numbers', [1], '#/events'],
    ['a list of lists', [[]], '#/events'],
    ['a list of lists of events', [[NOVEMBER]], '#/events'],
    ['a list with one that is none', [NOVEMBER, null], '#/events'],
  ])('events as %s is refused', async (_, events, pointer) => {
    expectBadFields(await post({ ...NOVEMBER, events }), pointer);
  });
});

describe('so many bad fields', () => {
  it('are told by the first 20, and how many more there are', async () => {
    for (const count of [21, 1_500]) {
      for (const path of ['/campaign-events', '/events/live', '/campaign-events/0'])
        expectTwentyOf(
          count,
          await atrium.call(MALL, 'GET', `${path}?${names(count).join('&')}`),
          400,
          'query-invalid',
        );
      const unknown = Object.fromEntries(names(count * 3).map((name) => [name, 0]));
      expectTwentyOf(count * 3, await atrium.call(MALL, 'PATCH', '/campaign-events/0', unknown), 422, 'fields-invalid');
      expectTwentyOf(
        count * 3,
        await post({ ...NOVEMBER, events: [{ ...NOVEMBER, ...unknown }] }),
        422,
        'fields-invalid',
      );
    }
  });

  it('are all told when they are 20', async () => {
    const { errors, moreErrors } = (await atrium.call(MALL, 'GET', `/events?${names(20).join('&')}`)).body;
    expect([errors.length, moreErrors]).toEqual([20, undefined]);
  });

  it('are told in short when their names are long', async () => {
    const unknown = Object.fromEntries(names(15).map((name) => [name.padEnd(4_000, '/'), 0]));
    const { body } = await atrium.call(MALL, 'PATCH', '/campaign-events/0', unknown);
    expect(body.errors).toHaveLength(15);
    expect(JSON.stringify(body).length).toBeLessThan(10_000);
  });
});

describe('a parameter that a route does not know', () => {
  const KEY = { 'idempotency-key': 'never used' };

  it.each([
    ['GET', '/campaign-events/live', 'foo'],
    ['GET', '/events/live', 'campaignEventId'],
    ['GET', '/campaign-events/0', 'foo'],
    ['GET', '/campaign-events/0/events', 'limit'],
    ['GET', '/events/0', '__proto__'],
    ['GET', '/events/0/', ''],
    ['POST', '/campaign-events', 'dryRun'],
    ['PUT', '/campaign-events/0', 'foo'],
    ['PATCH', '/campaign-events/0', 'a~1b'],
    ['DELETE', '/campaign-events/0', 'confirm'],
    ['POST', '/events', 'foo'],
    ['PUT', '/events/0', 'foo'],
    ['PATCH', '/events/0', 'foo'],
    ['DELETE', '/events/0', 'constructor'],
  ])('is refused, and nothing is done: %s %s?%s=1', async (method, path, name) => {
    const body = method.startsWith('P')
      ? { ...NOVEMBER, ...(path === '/events' && { campaignEventId: 0 }) }
      : undefined;
    const answer = await atrium.call(MALL, method, `${path}?${name}=1`, body, method === 'POST' ? KEY : {});
    const { errors } = expectProblem(answer, 400, 'query-invalid');
    expect(errors).toEqual([{ pointer: `#/${name.replace('~', '~0')}`, detail: expect.any(String) }]);
  });

  it('is refused by what keeps the tenants', async () => {
    const admin = { authorization: `Bearer ${await signToken({ roles: ['platform-admin'] })}` };
    for (const [method, path, body] of [
      ['GET', '/tenants', undefined],
      ['GET', `/tenants/${MALL}`, undefined],
      ['POST', '/tenants', { id: 'harbour-mall', name: 'Harbour Mall', timeZone: 'UTC' }],
      ['PATCH', `/tenants/${MALL}`, { name: 'Other' }],
    ] as const) {
      const answer = await atrium.call(NOBODY, method, `${path}?foo=1&bar=`, body, admin);
      const { errors } = expectProblem(answer, 400, 'query-invalid');
      expect(errors.map(({ pointer }) => pointer)).toEqual(['#/foo', '#/bar']);
    }
    const { body } = await atrium.call<{ name: string }[]>(NOBODY, 'GET', '/tenants', undefined, admin);
    expect(body.map(({ name }) => name)).toEqual(['Berlin Mall', 'York Plaza']);
  });

  it('is refused whether an answer lies ready in memory or not', async () => {
    const nobody = { authorization: '' };
    for (const path of ['/events/live', '/events/live?a=1', '/events/live', '/events/live?a=1', '/events/live?']) {
      const { status } = await atrium.call(MALL, 'GET', path, undefined, nobody);
      expect([path, status]).toEqual([path, path.includes('=') ? 400 : 200]);
    }
  });

  it('is passed over by probes, metrics and the documentation', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics', '/docs', '/openapi.json'])
      expect([path, (await atrium.call(NOBODY, 'GET', `${path}?foo=1`)).status]).toEqual([path, 200]);
  });
});

describe('a bad body', () => {
  it.each(['[]', '[{}]', `[${JSON.stringify(NOVEMBER)}]`, 'null', '"text"', '5', 'true'])(
    'that is no object is refused: %s',
    async (body) => {
      for (const [method, path] of BODIES) expectBadFields(await atrium.call(MALL, method, path, body), '#');
    },
  );

  it.each([
    '',
    ' ',
    '{',
    '{"name":}',
    "{'name':'x'}",
    '{"name":"x",}',
    '{}{}',
    '{"name":"x"} trailing',
    'undefined',
    'NaN',
    '{"name":"\n"}',
    '{"name":"\\x"}',
    '\0',
    '<campaign/>',
    'name=x',
  ])('that is no JSON is refused: %j', async (body) => {
    for (const [method, path] of BODIES) {
      const headers = { ...callerHeaders(MALL), 'content-type': 'application/json' };
      expectProblem(await send(atrium.url, path, { method, headers, body }), 400, 'bad-request');
    }
  });

  it.each<[string, string | undefined, Record<string, string>]>([
    ['without a length', undefined, {}],
    ['of length 0', '0', {}],
    ['without a length, of a named type', undefined, { 'content-type': 'application/json' }],
    ['of length 0, of a named type', '0', { 'content-type': 'application/json' }],
  ])('that is not there is refused: %s', async (_, length, named) => {
    for (const [method, path] of BODIES) {
      const lines = Object.entries({ ...callerHeaders(MALL), ...named }).map(([name, value]) => `${name}: ${value}`);
      if (length !== undefined) lines.push(`content-length: ${length}`);
      const bytes = [`${method} ${path} HTTP/1.1`, 'host: x', 'connection: close', ...lines, '', ''].join('\r\n');
      const { detail } = expectProblem(await sendBytes(atrium.url, bytes), 400, 'bad-request');
      expect(detail).toBe('The body is empty: send a JSON object.');
    }
  });

  it.each([
    ['Latin-1', Buffer.from('{"name":"Caf\u00e9"}', 'latin1')],
    ['a sequence cut short', Buffer.from('{"name":"Caf\u00e9', 'utf8').subarray(0, -1)],
    ['a slash spelt with two bytes', Buffer.from([...Buffer.from('{"name":"'), 0xc0, 0xaf, ...Buffer.from('"}')])],
    ['half a character', Buffer.from([...Buffer.from('{"name":"'), 0xed, 0xa0, 0xbd, ...Buffer.from('"}')])],
    ['UTF-16', Buffer.from('{"name":"x"}', 'utf16le')],
  ])('that is no UTF-8 is refused: %s', async (_, body) => {
    for (const [method, path] of BODIES) {
      const headers = { ...callerHeaders(MALL), 'content-type': 'application/json' };
      expectProblem(await send(atrium.url, path, { method, headers, body }), 400, 'bad-request');
    }
  });

  it.each(['gzip', 'br', 'identity, gzip', 'GZIP', 'nonsense', 'utf-8'])('coded as %s is refused', async (coding) => {
    for (const [method, path] of BODIES) {
      const headers = { ...callerHeaders(MALL), 'content-type': 'application/json', 'content-encoding': coding };
      const answer = await send(atrium.url, path, { method, headers, body: JSON.stringify(NOVEMBER) });
      expectProblem(answer, 415, 'media-type-unsupported');
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    }
  });

  it('that nests without end is refused', async () => {
    const depth = 15_000;
    for (const [opening, closing] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const nested = `${opening.repeat(depth)}0${closing.repeat(depth)}`.slice(0, 60_000);
      const deep = nested.endsWith(closing) ? nested : `${opening.repeat(8_000)}0${closing.repeat(8_000)}`;
      for (const body of [`{"x":${deep}}`, `{"events":[${deep}]}`])
        expectProblem(await post(body), 422, 'fields-invalid');
    }
  });

  it('of more than 256 KiB is refused, whether its length is told or not', async () => {
    const limit = 256 * 1024;
    const headers = { ...callerHeaders(MALL), 'content-type': 'application/json' };
    for (const [method, path] of BODIES) {
      const body = '{"name":""}'.padEnd(limit + 1);
      expectProblem(await send(atrium.url, path, { method, headers, body }), 413, 'body-too-large');
      const chunked = { ...headers, 'transfer-encoding': 'chunked' };
      expectProblem(await send(atrium.url, path, { method, headers: chunked, body }), 413, 'body-too-large');
      expectBadFieldsAmong(await send(atrium.url, path, { method, headers, body: body.slice(0, limit) }), '#/name');
    }
  });

  it.each([
    'text/plain',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json-patch+json',
    'application/octet-stream',
    'application/json;charset=latin1',
    'application/json; charset=utf-16',
    'application/json; Charset="ISO-8859-1"',
    'application/merge-patch+json; charset=windows-1252',
    'json',
    '*/*',
    '',
  ])('sent as %j is refused', async (type) => {
    for (const [method, path] of BODIES) {
      const headers = { ...callerHeaders(MALL), 'content-type': type };
      const body = JSON.stringify(NOVEMBER);
      expectProblem(await send(atrium.url, path, { method, headers, body }), 415, 'media-type-unsupported');
    }
  });

  it('that does not say what it is, is refused', async () => {
    const body = JSON.stringify(NOVEMBER);
    for (const [method, path] of BODIES) {
      expectProblem(await send(atrium.url, path, { method, headers: callerHeaders(MALL), body }), 415);
    }
  });

  const BODIES = [
    ['POST', '/campaign-events'],
    ['PUT', '/campaign-events/0'],
    ['PATCH', '/campaign-events/0'],
    ['POST', '/events'],
    ['PUT', '/events/0'],
    ['PATCH', '/events/0'],
  ] as const;
});

function expectBadFieldsAmong(answer: Answer<unknown>, pointer: string): void {
  expect(expectProblem(answer, 422, 'fields-invalid').errors).toContainEqual({ pointer, detail: expect.any(String) });
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `n${n}`);
}

function expectTwentyOf(count: number, answer: Answer, status: number, code: string) {
  const { moreErrors, ...rest } = answer.body;
  const problem = expectProblem({ ...answer, body: rest }, status, code);
  expect([problem.errors.length, moreErrors]).toEqual([20, count - 20]);
  expect(problem.errors[19]?.detail).toMatch(/^(event 1: )?is not a field here$/);
  expect(problem.detail).toMatch(
    new RegExp(`^Please correct n0.*, n19[^,]*, and ${count - 20} more: "errors" says how\\.$`),
  );
  expect(JSON.stringify({ ...problem, instance: '' }).length).toBeLessThan(5_000);
}
