import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { createApp } from '../../src/app.js';
import { Clock } from '../../src/clock.js';
import { loadConfig } from '../../src/config.js';
import { createDatabase } from './database.js';

/** A clock that tests set; until then it is the real one. */
export class TestClock extends Clock {
  setMs: number | undefined;

  override now(): number {
    return this.setMs ?? super.now();
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  // Tests look into bodies of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

export interface Atrium {
  url: string;
  clock: TestClock;
  app: INestApplication;
  /** One request over HTTP on behalf of `tenant`; an object as `body` is sent as JSON. */
  call(
    tenant: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

export const TENANTS = [
  { id: 'berlin-mall', name: 'Berlin Mall', timeZone: 'Europe/Berlin' },
  { id: 'york-plaza', name: 'York Plaza', timeZone: 'America/New_York' },
];

/** Atrium itself, listening on a free port, on a database of its own that goes with it. */
export async function startAtrium(environment: Record<string, string> = {}): Promise<Atrium> {
  const database = await createDatabase();
  const clock = new TestClock();
  const config = loadConfig({
    DATABASE_URL: database.url,
    DATABASE_MIGRATE: 'true',
    TENANTS: JSON.stringify(TENANTS),
    LOG_LEVEL: 'error',
    ...environment,
  });
  const app = await createApp(config, clock);
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return {
    url,
    clock,
    app,
    call: (tenant, method, path, body, headers) => call(url, tenant, method, path, body, headers),
    async close() {
      await app.close();
      await database.remove();
    },
  };
}

/** One request to a running Atrium. */
export async function call(
  url: string,
  tenant: string | undefined,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      ...(tenant === undefined ? {} : { 'x-tenant-id': tenant }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
