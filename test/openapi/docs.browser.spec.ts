import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { type Atrium, type Body, signToken, startAtrium } from '../support/atrium.js';

const MALL = 'riverside';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let atrium: Atrium;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  atrium = await startAtrium({ DEMO: 'true' });
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS });
  page = await browser.newPage({ viewport: { width: 1280, height: 1100 } });
  page.setDefaultTimeout(60_000); // a machine that does much else may stop drawing for a long while
  // What the Content-Security-Policy keeps away is told on the console.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Deprecated')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await atrium.close();
});

it('an admin signs in once, plans a campaign, sees it live, and deletes it', async () => {
  const token = await signToken({ sub: 'mary', roles: ['editor'], tenants: [MALL] });
  await page.goto(`${atrium.url}/docs`);
  await page.getByRole('button', { name: 'Authorize' }).first().waitFor();
  await look('1-page');
  await signIn({ tenant: MALL, token });

  const created = await execute('campaign_create', {
    name: 'Pop-up weekend',
    startDate: '2026/01/01 00:00:00',
    endDate: '2035/12/31 23:59:59',
  });
  await look('3-created');
  expect(created.status).toBe('201');
  const { id, startDate } = JSON.parse(created.text) as Body;
  expect(startDate).toBe('2025-12-31T23:00:00.000Z'); // midnight in Berlin

  expect((await execute('campaign_live')).text).toContain('Pop-up weekend');
  await look('4-live');

  await page.reload();
  const deletion = await open('campaign_delete');
  await deletion.locator('tr[data-param-name="id"] input').fill(String(id));
  expect((await press(deletion)).status).toBe('204');
  expect((await execute('campaign_live')).text).not.toContain('Pop-up weekend');
  expect(complaints).toEqual([]);
}, 240_000);

it('shows a wrong date at its field', async () => {
  const answer = await execute('campaign_create', {
    name: 'Sale',
    startDate: '2026/02/30',
    endDate: '2026/03/01 00:00:00',
  });
  await look('5-wrong');
  expect(answer.status).toBe('422');
  expect((JSON.parse(answer.text) as Body).errors).toEqual([
    { pointer: '#/startDate', detail: expect.stringContaining('must be a date that exists') },
  ]);
}, 120_000);

it('groups the operations as an admin looks for them', async () => {
  const groups = await page
    .locator('.opblock-tag')
    .evaluateAll((tags) => tags.map((tag) => tag.getAttribute('data-tag')));
  const order = ['live', 'campaigns', 'events', 'changes', 'tenants', 'health'];
  expect(groups.slice(0, 4)).toEqual(order.slice(0, 4));
  expect(groups).toEqual(order.filter((tag) => groups.includes(tag)));
  expect(await page.locator('.opblock-tag-section').first().locator('.opblock').count()).toBe(2);
});

async function signIn(values: Record<string, string>): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const dialog = page.locator('.dialog-ux');
  for (const [scheme, value] of Object.entries(values)) {
    const part = dialog.locator('.auth-container', { hasText: new RegExp(`^${scheme}`) });
    await part.locator('input').fill(value);
    await part.getByRole('button', { name: 'Apply credentials' }).click();
  }
  await look('2-authorize');
  await dialog.locator('.close-modal').click();
}

/** Unfolds an operation, as a click on it does. */
async function open(operationId: string): Promise<Locator> {
  const operation = page.locator(`[id$="-${operationId}"].opblock`);
  await operation.waitFor();
  if ((await operation.locator('.opblock-body').count()) === 0)
    await operation.locator('.opblock-summary-control').click();
  return operation;
}

async function execute(operationId: string, body?: object) {
  const operation = await open(operationId);
  if (body) await operation.locator('textarea.body-param__text').fill(JSON.stringify(body, null, 2));
  return press(operation);
}

async function press(operation: Locator) {
  const clear = operation.getByRole('button', { name: 'Clear', exact: true });
  if ((await clear.count()) > 0) await clear.click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table tbody tr.response');
  const status = (await answer.locator('.response-col_status').innerText()).trim().split(/\s/)[0];
  const code = answer.locator('.highlight-code code').first();
  return { status, text: (await code.count()) > 0 ? await code.innerText() : '' };
}

/** SCREENSHOTS=<folder> keeps pictures to look at. */
async function look(name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}
