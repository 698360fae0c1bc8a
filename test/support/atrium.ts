import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { type JWTPayload, SignJWT } from 'jose';
import { createApp } from '../../src/app.js';
import { Clock } from '../../src/clock/clock.js';
import { loadConfig } from '../../src/config/config.js';
import { createDatabase } from './database.js';

/** A clock that tests set; until then it is the real one. */
export class TestClock extends Clock {
  setMs: number | undefined;

  override now(): number {
    return this.setMs ?? super.now();
  }
}

/** The fields of all bodies in one type: a test looks for those it expects. */
export interface Body {
  id: number;
  name: string;
  startDate: string;
  endDate: string;
  createdOn: string;
  updatedOn: string;
  campaignEventId: number;
  visibleFrom: string | null;
  description: string | null;
  imageUrl: string | null;
  linkUrl: string | null;
  location: string | null;
  tags: string[];
  translations: Record<string, Record<string, string>>;
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
  moreErrors?: number;
  deletedOn: string;
  revision: number;
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
  /**
   * One request over HTTP on behalf of `tenant`, by an editor unless `headers` say otherwise (`authorization: ''` is
   * nobody); an object as `body` is sent as JSON.
   */
  call<T = Body>(
    tenant: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  close(): Promise<void>;
}

/** The secret with which the tests sign tokens. */
export const JWT_SECRET = 'the secret of the tests, and of nothing else';

/** A token of that secret; an hour is not enough for clocks that tests set. */
export function signToken(claims: JWTPayload, secret = JWT_SECRET): Promise<string> {
  return new SignJWT({ sub: 'tester', exp: Date.parse('2999-01-01') / 1_000, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret));
}

const EDITOR = await signToken({ roles: ['editor'], tenants: ['*'] });

export const TENANTS = [
  { id: 'berlin-mall', name: 'Berlin Mall', timeZone: 'Europe/Berlin' },
  { id: 'york-plaza', name: 'York Plaza', timeZone: 'America/New_York' },
];

/** A caller who names no shopping centre. */
export const NOBODY = undefined;

/** Atrium itself, listening on a free port, on a database of its own that goes with it unless DATABASE_URL is given. */
export async function startAtrium(environment: Record<string, string> = {}): Promise<Atrium> {
  const database = environment['DATABASE_URL'] === undefined ? await createDatabase() : undefined;
  const clock = new TestClock();
  const config = loadConfig({
    DATABASE_URL: database?.url,
    DATABASE_MIGRATE: 'true',
    TENANTS: JSON.stringify(TENANTS),
    LOG_LEVEL: 'error',
    JWT_SECRET,
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
      await database?.remove();
    },
  };
}

/** One request to a running Atrium; its environment needs the JWT_SECRET of the tests for the editor's token. */
export async function call<T = Body>(
  url: string,
  tenant: string | undefined,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const { authorization, ...others }: Record<string, string> = {
    ...callerHeaders(tenant),
    'accept-encoding': 'identity', // fetch would ask for gzip, whose tag is another
    // A Blob has a type of its own.
    ...(body === undefined || body instanceof Blob ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  const response = await fetch(url + path, {
    method,
    body: body === undefined || typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body),
    headers: { ...others, ...(authorization ? { authorization } : {}) },
  });
  const isEndless = /event-stream/.test(response.headers.get('content-type') ?? '');
  const text = isEndless ? await beginningOf(response) : await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson && text !== '' ? JSON.parse(text) : text) as T,
  };
}

/** The first piece of an answer that has no end. */
async function beginningOf({ body }: Response): Promise<string> {
  for await (const bytes of body ?? []) return Buffer.from(bytes).toString();
  return '';
}

/** `path` with the parameters written as a query. */
export function withQuery(path: string, parameters: Record<string, string>): string {
  return `${path}?${new URLSearchParams(parameters).toString()}`;
}

/** The headers of every request of an editor of `tenant`. */
export function callerHeaders(tenant: string | undefined): Record<string, string> {
  return { authorization: `Bearer ${EDITOR}`, ...(tenant === undefined ? {} : { 'x-tenant-id': tenant }) };
}
