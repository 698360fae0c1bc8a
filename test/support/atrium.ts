import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { createApp } from '../../src/app.js';
import { Clock } from '../../src/clock.js';
import { loadConfig } from '../../src/config.js';

/** A clock that tests set; until then it is the real one. */
export class TestClock extends Clock {
  setMs: number | undefined;

  override now(): number {
    return this.setMs ?? super.now();
  }
}

/** What bodies hold, every shape in one: a test looks for the fields it expects. */
export interface Body {
  id: number;
  name: string;
  startDate: string;
  endDate: string;
  createdOn: string;
  updatedOn: string;
  campaignEventId: number;
  items: Body[];
  next: string | null;
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance: string;
  requestId: string;
  errors: { pointer: string; detail: string }[];
}

export interface Answer<T = Body> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Atrium {
  url: string;
  clock: TestClock;
  app: INestApplication;
  /** One request over HTTP on behalf of `tenant`; an object as `body` is sent as JSON. */
  call<T = Body>(
    tenant: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  close(): Promise<void>;
}

export const TENANTS = [
  { id: 'berlin-mall', name: 'Berlin Mall', timeZone: 'Europe/Berlin' },
  { id: 'york-plaza', name: 'York Plaza', timeZone: 'America/New_York' },
];

/** A caller who names no shopping centre. */
export const NOBODY = undefined;

/** Atrium itself, listening on a free port, on a database of its own that goes with it. */
export async function startAtrium(environment: Record<string, string> = {}): Promise<Atrium> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
  const clock = new TestClock();
  const config = loadConfig({
    DATABASE_URL: `sqlite:${folder}`,
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
      rmSync(folder, { recursive: true });
    },
  };
}

/** One request to a running Atrium. */
export async function call<T = Body>(
  url: string,
  tenant: string | undefined,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await fetch(url + path, {
    method,
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      ...callerHeaders(tenant),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson && text !== '' ? JSON.parse(text) : text) as T,
  };
}

/** `path` with the parameters written as a query. */
export function withQuery(path: string, parameters: Record<string, string>): string {
  return `${path}?${new URLSearchParams(parameters).toString()}`;
}

/** What a caller of `tenant` sends with every request. */
export function callerHeaders(tenant: string | undefined): Record<string, string> {
  return tenant === undefined ? {} : { 'x-tenant-id': tenant };
}
