import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Atrium, callerHeaders, startAtrium, withQuery } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, everything } from '../support/rows.js';

const BERLIN = 'berlin-mall';
const YORK = 'york-plaza';
const ALWAYS = { startDate: '2020-01-01T00:00:00Z', endDate: '2999-01-01T00:00:00Z' };

let atrium: Atrium;
let before: Awaited<ReturnType<typeof rows>>;
beforeAll(async () => {
  atrium = await startAtrium();
  for (const tenant of [BERLIN, YORK]) {
    const { id } = await createCampaign(atrium, tenant, { ...ALWAYS, name: `marker-of-${tenant}` });
    await createEvent(atrium, tenant, { ...ALWAYS, name: `marker-of-${tenant}`, campaignEventId: id });
  }
  before = await rows();
});
afterAll(() => atrium.close());

/** All rows of both but the changes, where names that were made and removed have left their mark. */
async function rows() {
  const [berlin, york] = [await everything(atrium, BERLIN), await everything(atrium, YORK)];
  return [berlin, york].map(({ campaigns, events }) => ({ campaigns, events }));
}

describe('a tenant id that looks like another', () => {
  it.each([
    'Berlin-Mall',
    'BERLIN-MALL',
    'berlin_mall',
    'berlin-mall.',
    'berlin-mall-',
    'berlin mall',
    'berlin-mall\t1',
    'berlin-mall%20',
    'berlin-mall%00',
    'berlin%2dmall',
    'berlin-mall,york-plaza',
    'berlin-mall;york-plaza',
    'berlin\u00admall',
    'berlin\u2011mall',
    'b\u0435rlin-mall',
    'berlin-mall\u0301',
    '\uff42erlin-mall',
    'berl\u0131n-mall',
    '../york-plaza',
    'tenant_berlin_mall',
    "berlin-mall' OR '1'='1",
    'berlin-mall"; DROP TABLE "Tenants',
    '*',
    '%',
    'a'.repeat(64),
    'null',
    'undefined',
    'constructor',
    '__proto__',
    'to-string',
  ])('%j is not taken for it', async (id) => {
    const answer = await raw('GET /campaign-events/live HTTP/1.1', [`X-Tenant-Id: ${id}`]);
    expectProblem(answer, answer.status, answer.status === 404 ? 'tenant-unknown' : 'tenant-malformed');
    expect(answer.text).not.toMatch(/marker-of/);
  });

  it.each<[string, string[], number]>([
    ['two different ones', [`X-Tenant-Id: ${BERLIN}`, `x-tenant-id: ${YORK}`], 400],
    ['two that differ in case', [`X-Tenant-Id: ${BERLIN}`, 'X-Tenant-Id: Berlin-Mall'], 400],
    ['one and an empty one', [`X-Tenant-Id: ${BERLIN}`, 'X-Tenant-Id:'], 400],
    ['an empty one', ['X-Tenant-Id:'], 400],
    ['a header with an underscore', [`X_Tenant_Id: ${BERLIN}`], 400],
    ['a header a proxy may have meant', [`X-Forwarded-Tenant-Id: ${BERLIN}`, `Tenant: ${BERLIN}`], 400],
    ['the same one twice', [`X-Tenant-Id: ${BERLIN}`, `X-Tenant-Id: ${BERLIN}`], 200],
    ['blanks around it, which HTTP does not count', [`X-Tenant-Id:  ${BERLIN} `], 200],
  ])('%s', async (_, headers, status) => {
    const answer = await raw('GET /campaign-events/live HTTP/1.1', headers);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(`marker-of-${YORK}`);
  });
});

describe('a path that is written another way', () => {
  const PATHS = [
    '/changes',
    '/changes/',
    '/changes?',
    '/changes#',
    '/%63hanges',
    '/%63%68%61%6e%67%65%73',
    '//changes',
    '/./changes',
    '/../changes',
    '/%2e/changes',
    '/%2e%2e/changes',
    '/x/../changes',
    '/campaign-events/../changes',
    '/campaign-events/%2e%2e/changes',
    '/campaign-events/..%2fchanges',
    '/campaign-events/..\\changes',
    '/events/..;/changes',
    '/docs/../changes',
    '/docs/%2e%2e/changes',
    '/openapi.json/../changes',
    '/changes;a=b',
    '/changes.',
    '/changes.json',
    '/changes%00',
    '/changes%20',
    '/changes%2f',
    '/CHANGES',
    '/Changes',
    '/changes/0',
    'http://elsewhere.example/changes',
    'http://elsewhere.example/events/../changes',
    '/changes?access_token=TOKEN',
    '/changes?X-Tenant-Id=berlin-mall&authorization=Bearer%20TOKEN',
  ];

  it.each(PATHS)('GET %s opens no door without a token', async (path) => {
    const given = path.replace('TOKEN', (callerHeaders(BERLIN)['authorization'] ?? '').slice('Bearer '.length));
    const answer = await raw(`GET ${given} HTTP/1.1`, [`X-Tenant-Id: ${BERLIN}`]);
    expect([400, 401, 403, 404]).toContain(answer.status);
    expect(answer.text).not.toMatch(/marker-of/);
  });

  it.each(PATHS)('POST %s writes nothing without a token', async (path) => {
    for (const target of [path.replace('changes', 'events'), path.replace('changes', 'campaign-events')]) {
      const body = JSON.stringify({ ...ALWAYS, name: 'intruder', campaignEventId: 0 });
      const headers = [
        `X-Tenant-Id: ${BERLIN}`,
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];
      const { status } = await raw(`POST ${target} HTTP/1.1`, headers, body);
      expect([400, 401, 404, 405]).toContain(status);
    }
  });

  it.each([
    '/docs/../package.json',
    '/docs/%2e%2e/package.json',
    '/docs/..%2f..%2f..%2f..%2fpackage.json',
    '/docs/....//package.json',
    '/docs/..\\..\\package.json',
    '/docs/%00',
    '/docs/swagger-ui.css/../../../package.json',
    '/docs//etc/passwd',
    '/.env',
    '/.git/config',
    '/data/jwt-secret',
    '/..%2f..%2fdata/jwt-secret',
  ])('GET %s reads no file', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1`, [`X-Tenant-Id: ${BERLIN}`]);
    expect([400, 403, 404]).toContain(answer.status);
    expect(answer.text).not.toMatch(/dependencies|root:/);
  });

  it.each([
    '/campaign-events/0.',
    '/campaign-events/0%20',
    '/campaign-events/00',
    '/campaign-events/0x0',
    '/events/-0',
  ])('GET %s is no id', async (path) => {
    expectProblem(await atrium.call(BERLIN, 'GET', path), 400, 'id-malformed');
  });
});

describe('text that means something to SQL', () => {
  const INJECTIONS = [
    "' OR '1'='1",
    '\'; DROP TABLE "EventCampaigns"; --',
    '" OR ""="',
    '1; UPDATE Revision SET Value = 0',
    "') UNION SELECT Name FROM Tenants --",
    "x' AND 1=CONVERT(int,(SELECT @@version)) --",
    "'; WAITFOR DELAY '0:0:5' --",
    "'; EXEC xp_cmdshell('id'); --",
    "x'||(SELECT load_extension('x'))||'",
    "'; ATTACH DATABASE '/tmp/x' AS x; --",
    '%',
    '_',
    '[a-z]%',
    '!%',
    '\\',
    '/* */',
    '${7*7}{{7*7}}<%= 7*7 %>',
  ];

  it.each(INJECTIONS)('%s is text in a filter, and no id, sort, state, date or cursor', async (injection) => {
    for (const path of ['/campaign-events', '/events']) {
      const found = await atrium.call(BERLIN, 'GET', withQuery(path, { name: injection }));
      expect([found.status, found.body.items]).toEqual([200, []]);
      for (const parameter of ['sort', 'state', 'after', 'limit', 'from', 'to', 'campaignEventId', injection])
        expect((await atrium.call(BERLIN, 'GET', withQuery(path, { [parameter]: injection }))).status).toBe(400);
      expect((await atrium.call(BERLIN, 'GET', `${path}/${encodeURIComponent(injection)}`)).status).toBe(400);
    }
    expect((await atrium.call(BERLIN, 'GET', withQuery('/changes', { after: injection }))).status).toBe(400);
  });

  it.each(INJECTIONS)('%s is kept as it is in a name', async (name) => {
    const created = await atrium.call(BERLIN, 'POST', '/campaign-events', { ...ALWAYS, name });
    expect([created.status, created.body.name]).toEqual([201, name]);
    expect((await atrium.call(BERLIN, 'DELETE', `/campaign-events/${created.body.id}`)).status).toBe(204);
  });
});

describe('a header', () => {
  it.each([
    'a%0d%0aSet-Cookie: a=b',
    '<script>alert(1)</script>',
    '${jndi:ldap://elsewhere.example/a}',
    'x'.repeat(129),
    '\u00e9',
    'a b',
  ])('X-Request-Id %j is not sent back', async (id) => {
    const answer = await raw('GET /events/live HTTP/1.1', [`X-Tenant-Id: ${BERLIN}`, `X-Request-Id: ${id}`]);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    'X-HTTP-Method-Override: DELETE',
    'X-HTTP-Method: DELETE',
    'X-Method-Override: DELETE',
    'X-Original-URL: /changes',
    'X-Rewrite-URL: /changes',
    'X-Forwarded-Host: elsewhere.example',
    'X-Forwarded-Prefix: /elsewhere',
    'X-Forwarded-For: 127.0.0.1',
    'Authorization: Basic YWRtaW46YWRtaW4=',
    'Cookie: token=abc; tenant=york-plaza',
  ])('%s changes nothing of a read', async (header) => {
    const plain = await raw('GET /events/live HTTP/1.1', [`X-Tenant-Id: ${BERLIN}`]);
    const answer = await raw('GET /events/live HTTP/1.1', [`X-Tenant-Id: ${BERLIN}`, header]);
    expect([answer.status, answer.text]).toEqual([plain.status, plain.text]);
  });

  it('Authorization that is sent twice is refused', async () => {
    const authorization = `Authorization: ${callerHeaders(BERLIN)['authorization']}`;
    const answer = await raw('GET /changes HTTP/1.1', [
      `X-Tenant-Id: ${BERLIN}`,
      authorization,
      'Authorization: Bearer x',
    ]);
    expect([answer.status, answer.body.code]).toEqual([401, 'token-invalid']);
  });

  it('Host does not get into an answer', async () => {
    const answer = await raw('GET /events/7777 HTTP/1.1', [`X-Tenant-Id: ${BERLIN}`], '', 'elsewhere.example');
    expect([...answer.headers.values(), answer.text].join('\n')).not.toMatch(/elsewhere/);
  });
});

describe('an object with fields of every object', () => {
  it.each([
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"__proto__":[]}',
    '{"name":"a","__proto__":{"startDate":"2030-01-01T00:00:00Z"}}',
    '{"name":{"__proto__":{"polluted":true}}}',
    '{"events":[{"__proto__":{"polluted":true}}]}',
    '{"events":{"length":1e9}}',
    '{"events":{"__proto__":[]}}',
    '{"prototype":{"polluted":true}}',
    '{"\\u005f\\u005fproto\\u005f\\u005f":{"polluted":true}}',
    '{"toString":1,"valueOf":1,"hasOwnProperty":1}',
    '{"toJSON":"x"}',
    '{"then":"x"}',
    '{"name":{"$ne":null}}',
    '{"name":{"_type":"not","_value":"x"}}',
    '{"startDate":{"toISOString":1},"endDate":{}}',
    '[]',
    'null',
    '"text"',
    '1e999',
  ])('%s is refused, and other objects stay as they were', async (body) => {
    for (const [method, path] of [
      ['POST', '/campaign-events'],
      ['POST', '/events'],
      ['PUT', '/campaign-events/0'],
      ['PATCH', '/events/0'],
    ] as const) {
      const { status } = await atrium.call(BERLIN, method, path, body);
      expect([400, 422]).toContain(status);
    }
    expect({}).not.toHaveProperty('polluted');
  });

  it.each(['__proto__[polluted]=1', 'constructor=1', '__proto__=1', 'name[__proto__]=1', 'name=a&name=b', 'limit[]=1'])(
    '?%s is refused',
    async (query) => {
      expectProblem(await atrium.call(BERLIN, 'GET', `/campaign-events?${query}`), 400);
      expect({}).not.toHaveProperty('polluted');
    },
  );
});

it('leaves all rows as they were', async () => {
  expect(await rows()).toEqual(before);
});

/** One request written byte by byte, since clients that know HTTP would refuse to send most of these. */
async function raw(line: string, headers: string[], body = '', host = 'localhost'): Promise<Answer & { text: string }> {
  const socket = connect((atrium.app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${line}\r\n${[`Host: ${host}`, 'Connection: close', ...headers].join('\r\n')}\r\n\r\n${body}`);
  const received = await text(socket);
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const [status = '', ...fields] = head.split('\r\n');
  const answer = rest.join('\r\n\r\n');
  return {
    status: Number(status.split(' ')[1]),
    headers: new Headers(fields.map((field) => field.split(/: (.*)/s, 2) as [string, string])),
    body: /^[{[]/.test(answer) ? JSON.parse(answer) : answer,
    text: answer,
  };
}
