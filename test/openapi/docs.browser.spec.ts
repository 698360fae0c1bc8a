import { afterAll, beforeAll, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { type Atrium, type Body, signToken, startAtrium } from '../support/atrium.js';
import { complaintsOf, look, pictureOf, startBrowser } from '../support/browser.js';

const MALL = 'riverside';
let atrium: Atrium;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  atrium = await startAtrium({ DEMO: 'true' });
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 1100 } });
  page.setDefaultTimeout(60_000); // a machine that does much else may stop drawing for a long while
  complaints = complaintsOf(page);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await atrium.close();
});

it('an admin signs in once, plans a campaign, sees it live, and deletes it', async () => {
  const token = await signToken({ sub: 'mary', roles: ['editor'], tenants: [MALL] });
  await page.goto(`${atrium.url}/docs`);
  await page.getByRole('button', { name: 'Authorize' }).first().waitFor();
  await look(page, '1-page');
  await signIn({ 'Shopping centre': 'Riverside ', Token: `Bearer ${token}` });
  const status = page.locator('.atrium-authorize [role=status]');
  await status
    .getByText('You are in Riverside Galleria (riverside). Its clocks show the time of Europe/Berlin.')
    .waitFor();
  expect(await status.innerText()).toContain('Token of mary, role editor. Good until');

  const created = await execute('campaign_create', {
    name: 'Pop-up weekend',
    startDate: '2026/01/01 00:00',
    endDate: '2035/12/31 23:59',
  });
  await look(page, '3-created');
  expect(created.status).toBe('201');
  const { id, startDate } = JSON.parse(created.text) as Body;
  expect(startDate).toBe('2025-12-31T23:00:00.000Z'); // midnight in Berlin

  expect((await execute('campaign_live')).text).toContain('Pop-up weekend');
  await look(page, '4-live');

  await page.reload();
  const deletion = await open('campaign_delete');
  await deletion.locator('tr[data-param-name="id"] input').fill(String(id));
  expect(await ask(deletion, 'dismiss')).toContain(`Delete a campaign and its events: ${id}, in riverside.`);
  expect((await atrium.call(MALL, 'GET', `/campaign-events/${id}`)).status).toBe(200);
  const [, deleted] = await Promise.all([ask(deletion, 'accept'), answerOf(deletion)]);
  expect(deleted.status).toBe('204');
  expect((await execute('campaign_live')).text).not.toContain('Pop-up weekend');
  expect(complaints).toEqual([]);
}, 240_000);

it('changes nothing that was not filled in', async () => {
  await page.reload();
  const before = await atrium.call(MALL, 'GET', '/changes?limit=200');
  const requests: string[] = [];
  const onRequest = (request: { method(): string; url(): string }) =>
    void (request.method() === 'GET' || requests.push(`${request.method()} ${request.url()}`));
  page.on('request', onRequest);
  for (const operationId of [
    'campaign_delete',
    'campaign_update',
    'campaign_replace',
    'event_delete',
    'event_update',
  ]) {
    const operation = await open(operationId);
    expect(await operation.locator('tr[data-param-name="id"] input').inputValue()).toBe('');
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('tr[data-param-name="id"] input.invalid').waitFor();
  }
  expect(requests).toEqual([]);
  for (const operationId of ['campaign_create', 'event_create']) {
    const answer = await execute(operationId);
    expect([operationId, answer.status]).toEqual([operationId, '422']);
  }
  page.off('request', onRequest);
  const patch = (await open('campaign_update')).locator('textarea.body-param__text');
  expect(JSON.parse(await patch.inputValue())).toEqual({ name: '' });
  expect((await atrium.call(MALL, 'GET', '/changes?limit=200')).body).toEqual(before.body);
}, 240_000);

it('says in which shopping centre one is not', async () => {
  await signOut('Shopping centre');
  await signIn({ 'Shopping centre': 'riversied' });
  const status = page.locator('.atrium-authorize [role=status]');
  await status.getByText('There is no shopping centre').waitFor();
  expect(await status.innerText()).toContain('There is no shopping centre "riversied". Check its id');
  await look(page, '6-unknown-centre');
  await signOut('Shopping centre');
  await page
    .locator('.atrium-authorize')
    .getByText('No shopping centre yet: press Authorize and enter its id.')
    .waitFor();
  await signIn({ 'Shopping centre': MALL });
}, 120_000);

it('fits a phone, and can be read by people who do not see it', async () => {
  const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, isMobile: true });
  await phone.goto(`${atrium.url}/docs`, { waitUntil: 'load' });
  const status = phone.locator('.atrium-authorize [role=status]');
  await status.waitFor();
  expect(await phone.evaluate('document.documentElement.clientWidth')).toBe(390);
  await phone.screenshot({ path: pictureOf('7-phone') });
  await phone.evaluate(axe.source);
  await phone.getByRole('button', { name: 'Authorize' }).first().click();
  await phone.locator('.atrium-entry').first().waitFor();
  await phone.screenshot({ path: pictureOf('8-phone-authorize') });
  const found = (await phone.evaluate(
    `axe.run({ include: [['.atrium-authorize .atrium-centre'], ['.atrium-entry']] })`,
  )) as { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
  expect(found.violations.map(({ id, impact, nodes }) => [id, impact, nodes[0]?.html])).toEqual([]);
  await phone.close();
}, 120_000);

it('shows a wrong date at its field', async () => {
  const answer = await execute('campaign_create', {
    name: 'Sale',
    startDate: '2026/02/30',
    endDate: '2026/03/01 00:00:00',
  });
  await look(page, '5-wrong');
  expect(answer.status).toBe('422');
  expect((JSON.parse(answer.text) as Body).errors).toEqual([
    { pointer: '#/startDate', detail: 'is no day that exists: February 2026 has 28 days' },
  ]);
}, 120_000);

it('groups the operations as an admin looks for them', async () => {
  const groups = await page
    .locator('.opblock-tag')
    .evaluateAll((tags) => tags.map((tag) => tag.getAttribute('data-tag')));
  const order = [
    'live',
    'campaigns',
    'events',
    'changes',
    'imports',
    'centre',
    'rollouts',
    'webhooks',
    'tenants',
    'health',
  ];
  expect(groups.slice(0, 4)).toEqual(order.slice(0, 4));
  expect(groups).toEqual(order.filter((tag) => groups.includes(tag)));
  expect(await page.locator('.opblock-tag-section').first().locator('.opblock').count()).toBe(4);
  for (const tag of ['tenants', 'health'])
    expect(await page.locator(`#operations-tag-${tag}`).getAttribute('data-is-open')).toBe('false');
});

async function signIn(values: Record<string, string>): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const dialog = page.locator('.dialog-ux');
  for (const [title, value] of Object.entries(values)) {
    const part = dialog.locator('.auth-container', { hasText: new RegExp(`^${title}`) });
    await part.getByLabel(title).fill(value);
    await part.getByRole('button', { name: 'Apply credentials' }).click();
  }
  await look(page, '2-authorize');
  await dialog.locator('.close-modal').click();
}

async function signOut(title: string): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const dialog = page.locator('.dialog-ux');
  const part = dialog.locator('.auth-container', { hasText: new RegExp(`^${title}`) });
  await part.getByRole('button', { name: 'Remove authorization' }).click();
  await dialog.locator('.close-modal').click();
}

/** Presses Execute, and answers the question that is asked. @returns the question */
async function ask(operation: Locator, answer: 'accept' | 'dismiss'): Promise<string> {
  const asked = page.waitForEvent('dialog').then(async (dialog) => {
    await dialog[answer]();
    return dialog.message();
  });
  await operation.getByRole('button', { name: 'Execute' }).click();
  return asked;
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
  return answerOf(operation);
}

async function answerOf(operation: Locator) {
  const answer = operation.locator('.live-responses-table tbody tr.response');
  const status = (await answer.locator('.response-col_status').innerText()).trim().split(/\s/)[0];
  const code = answer.locator('.highlight-code code').first();
  return { status, text: (await code.count()) > 0 ? await code.innerText() : '' };
}
