import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config/config.js';

describe('the environment', () => {
  it('may be empty', () => {
    expect(loadConfig({})).toMatchObject({ port: 3000, host: '0.0.0.0', tenantHeader: 'X-Tenant-Id', tenants: [] });
    expect(loadConfig({ PORT: '', TENANTS: '' })).toEqual(loadConfig({}));
  });

  it('leaves balancers time to notice in production, within the grace', () => {
    expect(loadConfig({}).drainDelayMs).toBe(0);
    expect(loadConfig({ NODE_ENV: 'production' }).drainDelayMs).toBe(3_000);
    expect(loadConfig({ NODE_ENV: 'production', SHUTDOWN_GRACE_MS: '1000' }).drainDelayMs).toBe(500);
    expect(loadConfig({ DRAIN_DELAY_MS: '0', SHUTDOWN_GRACE_MS: '0' }).drainDelayMs).toBe(0);
  });

  it('is frozen once read', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  it('names tenants as POST /tenants would: without the blanks around, 500 characters at most', () => {
    const name = 'x'.repeat(500);
    const tenants = [{ id: 'a', name: ` \t${name}\u00A0\n`, timeZone: 'UTC' }];
    expect(loadConfig({ TENANTS: JSON.stringify(tenants) }).tenants).toEqual([{ id: 'a', name, timeZone: 'UTC' }]);
  });

  it('spells time zones as the list does, a link as a link', () => {
    const zones = { 'europe/berlin': 'Europe/Berlin', 'ASIA/calcutta': 'Asia/Calcutta', utc: 'UTC', EST: 'EST' };
    const tenants = Object.keys(zones).map((timeZone, n) => ({ id: `mall-${n}`, name: 'Mall', timeZone }));
    const spelt = loadConfig({ TENANTS: JSON.stringify(tenants) }).tenants.map(({ timeZone }) => timeZone);
    expect(spelt).toEqual(Object.values(zones));
  });

  it('loses the line break that a file ends with, and no more', () => {
    const secret = 'a secret of more than 32 bytes, and a blank ';
    for (const end of ['', '\n', '\r\n']) expect(loadConfig({ JWT_SECRET: secret + end }).jwtSecret).toBe(secret);
    expect(loadConfig({ JWT_SECRET: `${secret}\n\n` }).jwtSecret).toBe(`${secret}\n`);
    expect(loadConfig({ JWT_ISSUER: 'https://issuer.example\n' }).jwtIssuer).toBe('https://issuer.example');
    expect(loadConfig({ DATABASE_URL: 'sqlite:rows\n', PORT: '1\n' })).toMatchObject({
      databaseFolder: 'rows',
      port: 1,
    });
    expect(loadConfig({ JWT_AUDIENCE: '\n' }).jwtAudience).toBeUndefined();
  });

  it.each([
    'redis://127.0.0.1',
    'rediss://user:p%40ss@cache.example:6380/3',
    'redis://[::1]:6379',
    'redis://a:7000, redis://b:7001',
  ])('takes a Redis at %s', (url) => {
    expect(loadConfig({ REDIS_URL: url }).redisUrl).toBe(url);
  });

  it.each(['X-Tenant-Id', 'x-mall', 'Tenant', 'X-Forwarded-Tenant', 'Accept-Tenant'])('takes a header %s', (name) => {
    expect(loadConfig({ TENANT_HEADER: name }).tenantHeader).toBe(name);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['PORT', '80 '],
    ['DATABASE_URL', 'sqlite:'],
    ['DATABASE_URL', 'data'],
    ['DATABASE_MIGRATE', 'yes'],
    ['TENANT_HEADER', 'X Tenant'],
    ['TENANT_HEADER', 'X-Tenant:'],
    ...['Authorization', 'Host', 'Cookie', 'From', 'cookie', 'CONNECTION', 'Content-Type', 'Transfer-Encoding'].map(
      header,
    ),
    ...['Origin', 'If-Match', 'Idempotency-Key', 'X-Request-Id', 'X-Forwarded-For', 'Sec-Fetch-Mode', 'Via'].map(
      header,
    ),
    ...['Accept', 'User-Agent', 'Range', 'Vary', 'Expect', 'Upgrade', 'traceparent', 'Proxy-Authorization'].map(header),
    ['REDIS_URL', 'redis://cache:99999'],
    ['REDIS_URL', 'redis://[::1'],
    ['REDIS_URL', 'redis://user:100%@cache'],
    ['REDIS_URL', 'redis://cache/first'],
    ['REDIS_URL', 'redis://cache:6379,redis://cache:99999'],
    ['REDIS_URL', 'redis://?'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:99999'],
    ['DEMO', 'maybe'],
    ['SHUTDOWN_GRACE_MS', '10s'],
    ['SHUTDOWN_GRACE_MS', '600001'],
    ['DRAIN_DELAY_MS', '3s'],
    ['DRAIN_DELAY_MS', '10000'],
    ['LOG_LEVEL', 'INFO'],
    ['LOG_FORMAT', 'text'],
    ['METRICS', 'on'],
    ['METRICS_PORT', '0'],
    ['METRICS_PORT', '3000'],
    ['METRICS_BY_TENANT', 'all'],
    ['METRICS_TENANTS_MAX', '0'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['TENANTS', '{}'],
    ['TENANTS', '[{"id":"a"'],
    ['TENANTS', '[null]'],
    ['TENANTS', '[{"id":"a","name":"A"}]'],
    ['TENANTS', '[{"id":"A","name":"A","timeZone":"UTC"}]'],
    ['TENANTS', '[{"id":"a-","name":"A","timeZone":"UTC"}]'],
    ['TENANTS', '[{"id":"a","name":" ","timeZone":"UTC"}]'],
    ['TENANTS', '[{"id":"a","name":7,"timeZone":"UTC"}]'],
    ['TENANTS', `[{"id":"a","name":"   ${'x'.repeat(501)}","timeZone":"UTC"}]`],
    ['TENANTS', '[{"id":"a","name":"two\\nlines","timeZone":"UTC"}]'],
    ['TENANTS', '[{"id":"a","name":"half \\ud83d","timeZone":"UTC"}]'],
    ['TENANTS', '[{"id":"a","name":"A","timeZone":"+01:00"}]'],
    ['TENANTS', '[{"id":"a","name":"A","timeZone":"Mars/Base"}]'],
    ['TENANTS', '[{"id":"a","name":"A","timeZone":"IST"}]'],
    ['TENANTS', '[{"id":"a","name":"\u200b\u2060","timeZone":"UTC"}]'],
    ['TENANTS', '[{"id":"a","name":"A","timeZone":"UTC"},{"id":"a","name":"B","timeZone":"UTC"}]'],
  ])('is refused with the one variable that is bad: %s=%s', (name, value) => {
    const lines = messageOf({ [name]: value })
      .split('\n')
      .slice(1);
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^ *${name} should be \\S`))]);
  });

  it('is refused with every variable that is bad, in one message', () => {
    const message = messageOf({ PORT: 'x', DEMO: 'x', LOG_LEVEL: 'x' });
    expect(message.match(/\w+(?= should be)/g)?.toSorted()).toEqual(['DEMO', 'LOG_LEVEL', 'PORT']);
  });
});

function header(name: string): [string, string] {
  return ['TENANT_HEADER', name];
}

function messageOf(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
    return 'accepted';
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.message;
    throw thrown;
  }
}
