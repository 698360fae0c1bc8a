import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Atrium, call, NOBODY, startAtrium } from '../support/atrium.js';

const MESSAGES = 'desk/src/text/messages';
const BUILT = 'desk/dist';
const FIRST_LOAD_MAX_BYTES = 250_000;

let atrium: Atrium;
const started: Atrium[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
});

async function start(environment?: Record<string, string>): Promise<void> {
  atrium = await startAtrium(environment);
  started.push(atrium);
}

describe('the staff page', () => {
  it('has a policy without inline code, and loads nothing from elsewhere but pictures', async () => {
    await start();
    const page = await call<string>(atrium.url, NOBODY, 'GET', '/desk', undefined, { authorization: '' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' https:;connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\son\w+=|https?:\/\//);
    for (const path of assetsOf(page.body)) {
      const asset = await call(atrium.url, NOBODY, 'GET', path, undefined, { authorization: '' });
      expect([path, asset.status]).toEqual([path, 200]);
    }
  });

  it('is asked for anew each time, its assets once, and both travel compressed', async () => {
    await start();
    const page = await call<string>(atrium.url, NOBODY, 'GET', '/desk', undefined, { authorization: '' });
    expect(page.headers.get('cache-control')).toBe('public, max-age=0');
    expect(page.headers.get('etag')).not.toBeNull();
    const script = assetsOf(page.body).find((path) => path.endsWith('.js')) ?? '';
    for (const [accepted, coding] of [
      ['br, gzip', 'br'],
      ['gzip', 'gzip'],
    ]) {
      const asset = await fetch(atrium.url + script, { headers: { 'accept-encoding': accepted ?? '' } });
      expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(asset.headers.get('content-encoding')).toBe(coding);
      expect(asset.headers.get('vary')).toMatch(/accept-encoding/i);
      await asset.body?.cancel();
    }
  });

  it('is where a browser is led from the root; programs get their 404', async () => {
    await start();
    expect(await led('text/html,application/xhtml+xml')).toEqual([302, '/desk']);
    expect((await led('*/*'))[0]).toBe(404);
  });

  it('learns the header of tenants, and where staff sign in', async () => {
    await start({ TENANT_HEADER: 'X-Mall' });
    const settings = () =>
      call<object>(atrium.url, NOBODY, 'GET', '/desk/settings.json', undefined, { authorization: '' });
    expect((await settings()).body).toEqual({ tenantHeader: 'X-Mall', oidc: null });
    const issuer = 'https://login.example.com/realms/malls';
    await start({ JWT_SECRET: '', JWT_ISSUER: issuer, OIDC_CLIENT_ID: 'desk', JWT_AUDIENCE: 'atrium' });
    expect((await settings()).body).toEqual({
      tenantHeader: 'X-Tenant-Id',
      oidc: { issuer, clientId: 'desk', audience: 'atrium' },
    });
    const page = await call(atrium.url, NOBODY, 'GET', '/desk', undefined, { authorization: '' });
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self' https://login.example.com;");
  });

  it('answers other methods and unknown files in words', async () => {
    await start();
    expect((await atrium.call(NOBODY, 'POST', '/desk', {})).status).toBe(405);
    expect((await atrium.call(NOBODY, 'GET', '/desk/assets/..%2F.stamp')).status).toBe(404);
    expect((await atrium.call(NOBODY, 'GET', '/desk/assets/none.js')).body).toMatchObject({ code: 'route-unknown' });
  });

  it('weighs at most 250 kB before it can be used', () => {
    const files = assetsOf(readFileSync(`${BUILT}/index.html`, 'utf8')).map((path) => path.replace('/desk', BUILT));
    const bytes = files.map((file) => statSync(`${file}.gz`).size).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(FIRST_LOAD_MAX_BYTES);
  });
});

describe('the messages of the staff page', () => {
  const english = messagesOf('en.json');
  const others = readdirSync(MESSAGES).filter((file) => file !== 'en.json');

  it('are there in five languages', () => {
    expect(others.toSorted()).toEqual(['ar.json', 'de.json', 'fr.json', 'nl.json']);
  });

  it.each(others)('lack none in %s, and fill in the same values', (file) => {
    const messages = messagesOf(file);
    expect(Object.keys(messages).toSorted()).toEqual(Object.keys(english).toSorted());
    for (const [key, message] of Object.entries(messages)) {
      expect([key, valuesOf(message)]).toEqual([key, valuesOf(english[key] ?? '')]);
      expect([key, message.trim()]).not.toEqual([key, '']);
    }
  });
});

/** The answer to `GET /`: its status and where it leads. */
async function led(accept: string): Promise<unknown[]> {
  const { status, headers } = await fetch(`${atrium.url}/`, { headers: { accept }, redirect: 'manual' });
  return [status, headers.get('location')];
}

function assetsOf(page: string): string[] {
  return [...page.matchAll(/(?:src|href)="(\/desk\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
}

function messagesOf(file: string): Record<string, string> {
  return JSON.parse(readFileSync(`${MESSAGES}/${file}`, 'utf8')) as Record<string, string>;
}

function valuesOf(message: string): string[] {
  return [...message.matchAll(/\{\w+\}/g)].map(([value]) => value).toSorted();
}
