import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeApi } from '../../src/openapi/document.js';
import { postmanCollection } from '../../tools/openapi/postman.js';
import { DESCRIBED } from '../../src/app.module.js';
import { loadConfig } from '../../src/config/config.js';
import { type Atrium, signToken, startAtrium } from '../support/atrium.js';

interface Pair {
  key: string;
  value: string;
  disabled?: boolean;
}

/** As much of a collection (format 2.1) as Postman needs to send its requests. */
interface Collection {
  variable: Pair[];
  item: { name: string; item: Item[] }[];
}

interface Item {
  name: string;
  request: {
    method: string;
    auth?: { type: string };
    header: Pair[];
    url: { path: string[]; variable: Pair[] };
    body?: { raw: string };
  };
}

const KEPT = JSON.parse(readFileSync('docs/atrium.postman_collection.json', 'utf8')) as Collection;

let atrium: Atrium;
let variables: Record<string, string>;
beforeAll(async () => {
  atrium = await startAtrium({ DEMO: 'true' });
  variables = {
    ...Object.fromEntries(KEPT.variable.map(({ key, value }) => [key, value])),
    baseUrl: atrium.url,
    token: await signToken({ roles: ['editor', 'platform-admin'], tenants: ['*'] }),
  };
});
afterAll(() => atrium.close());

it('the Postman collection kept is the one of the API (npm run generate writes it)', () => {
  const made = postmanCollection(describeApi(atrium.app, loadConfig({ DATABASE_URL: 'sqlite:data' }), DESCRIBED));
  expect(KEPT).toEqual(JSON.parse(JSON.stringify(made)));
});

it('the Postman collection has its folders in the order of the documentation', () => {
  const names = KEPT.item.map(({ name }) => name);
  const shown = DESCRIBED.tags.map(({ name }) => name[0]?.toUpperCase() + name.slice(1));
  expect(names).toEqual(shown.filter((it) => names.includes(it)));
  expect(names.length).toBeGreaterThanOrEqual(4);
});

const ITEMS = KEPT.item.flatMap(({ item }) => item).filter(({ request }) => request.url.path[0] !== 'tenants');

it.each(ITEMS.toSorted((one, other) => rank(one) - rank(other)).map((item) => [item.name, item] as const))(
  'the Postman request "%s" succeeds on the demo as it stands',
  async (_, { request }) => {
    const { method, header, url, body, auth } = request;
    const path = url.path.map((part) => url.variable.find(({ key }) => `:${key}` === part)?.value ?? part);
    const headers = header
      .filter(({ disabled }) => !disabled)
      .map(({ key, value }): [string, string] => [key, filled(value)]);
    if (auth?.type !== 'noauth') headers.push(['authorization', filled('Bearer {{token}}')]);
    const response = await fetch(filled(`{{baseUrl}}/${path.join('/')}`), { method, headers, body: body?.raw });
    expect([response.status, response.ok || (await response.text())]).toEqual([response.status, true]);
  },
);

/** Deletions come last, and events before their campaigns. */
function rank({ request: { method, url } }: Item): number {
  return method === 'DELETE' ? (url.path[0] === 'events' ? 1 : 2) : 0;
}

function filled(text: string): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => variables[name] ?? '');
}
