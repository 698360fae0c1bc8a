import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/config.js';
import { responseHeaders } from '../../src/http/response-headers.js';
import { type Atrium, call, startAtrium } from '../support/atrium.js';

const MALL = 'berlin-mall';
const ADMIN = 'https://admin.example.com';

let atrium: Atrium;
afterEach(() => atrium.close());

describe('security headers', () => {
  it('are on every answer, a success, a refusal, a page and what no route knows', async () => {
    atrium = await startAtrium();
    const fixed = Object.entries(responseHeaders(loadConfig({})));
    expect(fixed.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'content-security-policy',
        'strict-transport-security',
        'x-content-type-options',
        'vary',
      ]),
    );
    // Twice: from the framework, and then from memory.
    const paths = ['/campaign-events/live', '/campaign-events/live', '/events/7', '/nowhere', '/openapi.json', '/%zz'];
    for (const path of paths) {
      const { headers } = await atrium.call(MALL, 'GET', path);
      for (const [name, value] of fixed) expect([path, name, headers.get(name)]).toEqual([path, name, value]);
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('let the documentation load its own scripts, and nothing from elsewhere', async () => {
    atrium = await startAtrium();
    const page = await call<string>(atrium.url, '', 'GET', '/docs');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none';script-src 'self';.*connect-src 'self'/);
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S|https?:\/\/(?!www\.w3\.org)|\son\w+=/);
    for (const [, path] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await call(atrium.url, '', 'GET', new URL(path ?? '', `${atrium.url}/docs`).pathname);
      expect([path, asset.status]).toEqual([path, 200]);
    }
  });
});

describe('CORS_ORIGINS', () => {
  it('is closed by default', async () => {
    atrium = await startAtrium();
    expect((await preflight(ADMIN)).headers.get('access-control-allow-origin')).toBeNull();
    const { headers } = await atrium.call(MALL, 'GET', '/events/live', undefined, { origin: ADMIN });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('opens Atrium to the pages it names, tells them what they may see, and keeps tenants apart in caches', async () => {
    atrium = await startAtrium({ CORS_ORIGINS: `${ADMIN}, http://localhost:5173` });
    const allowed = await preflight(ADMIN);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ADMIN);
    expect(allowed.headers.get('access-control-allow-headers')).toMatch(/X-Tenant-Id.*Authorization.*Idempotency-Key/);
    expect((await preflight('https://elsewhere.example')).headers.get('access-control-allow-origin')).toBeNull();
    for (const origin of [ADMIN, ADMIN, '']) {
      const headers = (await atrium.call(MALL, 'GET', '/events/live', undefined, { authorization: '', origin }))
        .headers;
      expect(headers.get('vary')).toBe('X-Tenant-Id, Accept-Encoding, Authorization, Origin');
      expect(headers.get('access-control-allow-origin')).toBe(origin || null);
    }
    const read = await atrium.call(MALL, 'GET', '/events/live', undefined, { origin: ADMIN });
    expect(read.headers.get('access-control-expose-headers')).toMatch(/ETag.*Location/);
    expect(read.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each(['capacitor://localhost', 'ionic://localhost', 'tauri://localhost', 'app://.', 'http://localhost:5173'])(
    'opens Atrium to an app whose pages are at %s',
    async (origin) => {
      atrium = await startAtrium({ CORS_ORIGINS: origin });
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBe(origin);
      expect((await preflight(`${origin}x`)).headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('takes * for one label of a host, as certificates do, and for nothing else', async () => {
    atrium = await startAtrium({ CORS_ORIGINS: `https://*.malls.example, https://*.dev.example:8443, ${ADMIN}` });
    for (const origin of [
      'https://a.malls.example',
      'https://pr-17.malls.example',
      'https://a.dev.example:8443',
      ADMIN,
    ])
      expect([origin, await isAllowed(origin)]).toEqual([origin, true]);
    for (const origin of [
      'https://malls.example',
      'https://.malls.example',
      'https://a.b.malls.example',
      'http://a.malls.example',
      'https://a.malls.example:8443',
      'https://a.dev.example',
      'https://a.mallsxexample',
      'https://a.malls.example.evil.example',
      'https://evil.example/.malls.example',
      'https://evil.example#.malls.example',
      'https://a@evil.malls.example',
      'https://*.malls.example',
    ])
      expect([origin, await isAllowed(origin)]).toEqual([origin, false]);
    const { headers } = await atrium.call(MALL, 'GET', '/events/live', undefined, {
      origin: 'https://a.malls.example',
    });
    expect(headers.get('access-control-allow-origin')).toBe('https://a.malls.example');
    expect(headers.get('vary')).toBe('X-Tenant-Id, Accept-Encoding, Authorization, Origin');
  });

  it('lets the headers through that tracing in a browser adds', async () => {
    atrium = await startAtrium({ CORS_ORIGINS: ADMIN });
    const allowed = (await preflight(ADMIN)).headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['traceparent', 'tracestate', 'baggage', 'sentry-trace']));
  });

  it.each([
    'example.com',
    'https://a.example/path',
    'https://a.example,',
    'null',
    'file://',
    'https://*',
    'https://*.example',
    'https://a.*.example.com',
    'https://a*.example.com',
    'https://*.*.example.com',
    'https://*.example.com/',
    '*.example.com',
    'https://*.127.0.0.1',
    'capacitor://*.example.com',
    'capacitor://localhost/',
    'capacitor://me@localhost',
    'Capacitor://localhost',
    'data:text/html,x',
  ])('does not take %j', async (origins) => {
    atrium = await startAtrium();
    expect(() => loadConfig({ CORS_ORIGINS: origins })).toThrow(/CORS_ORIGINS should be origins such as/);
  });
});

describe('DOCS=false', () => {
  it('takes the documentation away, and nothing else', async () => {
    atrium = await startAtrium({ DOCS: 'false' });
    for (const path of ['/docs', '/docs/', '/docs/swagger-ui.css', '/openapi.json', '/docs-json'])
      expect([path, (await atrium.call(MALL, 'GET', path)).status]).toEqual([path, 404]);
    expect((await atrium.call(MALL, 'GET', '/events/live')).status).toBe(200);
  });
});

function preflight(origin: string) {
  return call(atrium.url, '', 'OPTIONS', '/campaign-events', undefined, {
    authorization: '',
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-tenant-id,idempotency-key',
  });
}

async function isAllowed(origin: string): Promise<boolean> {
  return (await preflight(origin)).headers.get('access-control-allow-origin') === origin;
}
