import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Atrium, type Body, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { complaintsOf, look, startBrowser } from '../support/browser.js';

const MALL = 'riverside';
const PLACES = ['month', 'month?view=quarter', 'campaign/1', 'campaign/new', 'import', 'rollouts'];
/** A machine that does much else may stop drawing for a long while. */
const PATIENCE_MS = 60_000;

let atrium: Atrium;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let token: string;

beforeAll(async () => {
  atrium = await startAtrium({ DEMO: 'true' });
  token = await signToken({ sub: 'mary', roles: ['editor'], tenants: [MALL] });
  browser = await startBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await atrium?.close();
});
beforeEach(async () => {
  await open();
}, PATIENCE_MS);
afterEach(async () => {
  await context.close();
  // The browser tells of each request that was refused or had no connection.
  expect(complaints.filter((complaint) => !complaint.startsWith('Failed to load resource'))).toEqual([]);
});

it('is used by keyboard alone: sign in, plan a draft with three phases, publish it', async () => {
  await page.keyboard.type(token);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.getByRole('button', { name: /Shopping centre/ }).innerText()).toContain('Riverside Galleria');
  await focus('link', 'New campaign');
  await page.keyboard.press('Enter');
  await type('Name', 'Midnight madness');
  for (const [at, phase] of ['First hour', 'Second hour', 'Last hour'].entries()) {
    await focus('button', 'Add a phase');
    await page.keyboard.press('Enter');
    await typeAt('Name', at + 1, phase);
  }
  await look(page, 'desk-form');
  await focus('button', 'Save as a draft');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Midnight madness' }).waitFor();
  const [draft] = await named('Midnight madness');
  expect(draft).toMatchObject({ status: 'draft' });
  const events = await atrium.call<Body[]>(MALL, 'GET', `/campaign-events/${draft?.id}/events`);
  expect(events.body.map(({ name }) => name)).toEqual(['First hour', 'Second hour', 'Last hour']);

  await focus('button', 'Publish');
  await page.keyboard.press('Enter');
  await page.getByText('Midnight madness is saved.').waitFor();
  expect((await named('Midnight madness'))[0]).toMatchObject({ status: 'published' });
}, 180_000);

it('shows problems of the service at their fields, and keeps what was typed', async () => {
  await signIn('campaign/new');
  await page.getByLabel('Name').first().fill('Wrong');
  await page.getByLabel('Picture').fill('javascript:alert(1)');
  await page.getByText('Save as a draft').click();
  const picture = page.getByLabel('Picture');
  await page.getByText(/To be mended: 1/).waitFor();
  expect(await picture.getAttribute('aria-invalid')).toBe('true');
  expect(await picture.inputValue()).toBe('javascript:alert(1)');
  expect(await named('Wrong')).toEqual([]);
}, 120_000);

it('merges a change made elsewhere into an open form, and asks where both changed the same', async () => {
  const { id } = (
    await atrium.call(MALL, 'POST', '/campaign-events', {
      name: 'Two at once',
      location: 'Level 1',
      startDate: '2026/11/01 00:00',
      endDate: '2030/11/30 23:59',
    })
  ).body;
  await signIn(`campaign/${id}`);
  await page.getByLabel('Name').first().fill('Two at once, mine');
  await atrium.call(MALL, 'PATCH', `/campaign-events/${id}`, { location: 'Level 2' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('taken over: Where').waitFor();
  expect(await page.getByLabel('Where').first().inputValue()).toBe('Level 2');
  expect(await page.getByLabel('Name').first().inputValue()).toBe('Two at once, mine');

  await atrium.call(MALL, 'PATCH', `/campaign-events/${id}`, { name: 'Two at once, theirs' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('was changed by you and by somebody else').waitFor();
  await page.getByRole('button', { name: /Yours/ }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Two at once, mine is saved.').waitFor();
  expect((await atrium.call(MALL, 'GET', `/campaign-events/${id}`)).body).toMatchObject({
    name: 'Two at once, mine',
    location: 'Level 2',
  });
}, 180_000);

it('loses nothing of a form when the session runs out, and goes on after a new sign-in', async () => {
  const { id } = await campaign('Sign in again');
  await signIn(`campaign/${id}`, await signToken({ sub: 'mary', roles: ['editor'], tenants: [MALL] }, 'x'.repeat(40)));
  await page.getByRole('heading', { name: 'Please sign in again' }).waitFor();
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByLabel('Name').first().fill('Signed in again');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Signed in again is saved.').waitFor();
  expect(await named('Signed in again')).toHaveLength(1);
}, 120_000);

it('keeps a form through a lost connection and a reload of the page', async () => {
  const { id } = await campaign('Off and on');
  await signIn(`campaign/${id}`);
  await page.getByLabel('Name').first().fill('Off and on again');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.locator('.offline', { hasText: 'No connection' }).waitFor();
  await page.locator('.trouble').waitFor();
  await context.setOffline(false);
  await page.reload();
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByText('Not saved yet').first().waitFor();
  expect(await page.getByLabel('Name').first().inputValue()).toBe('Off and on again');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Off and on again is saved.').waitFor();
}, 180_000);

it('moves an event by dragging, and the end of a campaign by keys, by the clock of the centre', async () => {
  const start = '2026-11-10T09:30:00.000Z';
  const events = [{ name: 'Dragged phase', startDate: start, endDate: '2026-11-11T09:30:00.000Z' }];
  const body = { name: 'Dragged', startDate: '2026-11-01T08:00:00Z', endDate: '2026-11-20T08:00:00Z', events };
  const { id } = (await atrium.call(MALL, 'POST', '/campaign-events', body)).body;
  await signIn('month?day=2026-11-01');
  const bar = page.getByRole('link', { name: /^Dragged phase/ });
  await bar.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await bar.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + width, y + height / 2, { steps: 5 });
  await page.mouse.up();
  await page.getByText(/^Dragged phase: now /).waitFor();
  const [event] = (await atrium.call<Body[]>(MALL, 'GET', `/campaign-events/${id}/events`)).body;
  expect(event).toMatchObject({ startDate: '2026-11-11T09:30:00.000Z', endDate: '2026-11-12T09:30:00.000Z' });

  await page.getByRole('link', { name: /^Dragged, / }).focus();
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await page.getByText(/^Dragged: now /).waitFor();
  expect((await atrium.call(MALL, 'GET', `/campaign-events/${id}`)).body).toMatchObject({
    startDate: '2026-11-01T08:00:00.000Z',
    endDate: '2026-11-22T08:00:00.000Z',
  });
}, 120_000);

it('asks what becomes of phases that a shorter campaign leaves outside', async () => {
  const period = { startDate: '2026-11-10T00:00:00Z', endDate: '2026-11-19T00:00:00Z' };
  const events = [{ name: 'Late phase', ...period }];
  const { id } = await campaign('Shortened', { endDate: '2026-11-19T12:00:00Z', events });
  await signIn('month?day=2026-11-01');
  await page.getByRole('link', { name: /^Shortened, / }).focus();
  await page.keyboard.press('Alt+Shift+ArrowLeft');
  await page.keyboard.press('Alt+Shift+ArrowLeft');
  await page.getByText(/event \d+ "Late phase" would lie outside/).waitFor();
  await page.getByRole('button', { name: /Cut them to fit/ }).click();
  await page.getByText(/^Shortened: now /).waitFor();
  const [event] = (await atrium.call<Body[]>(MALL, 'GET', `/campaign-events/${id}/events`)).body;
  expect(event).toMatchObject({ endDate: '2026-11-17T12:00:00.000Z' });
}, 120_000);

it('brings a table in: wrong lines are marked, and all of it is written once they are right', async () => {
  await signIn('import');
  const table = page.getByLabel('Or paste it from the spreadsheet');
  const lines = 'name;campaign;startDate;endDate\nTabled;;01.12.2030 09:00;24.12.2030 20:00\n';
  await table.fill(`${lines}Phase;Tabled;20.12.2030;24.12.2030 20:00`);
  await page.getByText('Try it').click();
  await page.getByText('Lines to be mended: 1 of 2').waitFor();
  await page.getByText(/the time is missing/).waitFor();
  expect(await page.getByRole('button', { name: 'Write all of it' }).isDisabled()).toBe(true);
  expect(await named('Tabled')).toEqual([]);
  await table.fill(`${lines}Phase;Tabled;20.12.2030 09:00;24.12.2030 20:00`);
  await page.getByText('Try it').click();
  await page.getByText('All lines are right: 2 new, 0 changed.').waitFor();
  await page.getByRole('button', { name: 'Write all of it' }).click();
  await page.getByText('Written: 2 new, 0 changed.').waitFor();
  expect(await named('Tabled')).toMatchObject([{ startDate: '2030-12-01T08:00:00.000Z' }]);
}, 120_000);

it('copies a campaign to another date, as a draft', async () => {
  const { id } = await campaign('Copied');
  await signIn(`campaign/${id}`);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('button', { name: 'Make the copy' }).click();
  await page.getByText('Copied is copied.').waitFor();
  const copies = (await named('Copied')).filter((row) => row.id !== id);
  expect(copies).toMatchObject([{ status: 'draft', startDate: '2026-11-07T23:00:00.000Z' }]);
}, 120_000);

it('rolls a campaign out to two centres, and says what became of it where', async () => {
  const { id } = await campaign('Everywhere');
  await signIn(`rollouts?campaign=${id}`, await signToken({ roles: ['editor'], tenants: [MALL, 'sunset-plaza'] }));
  await page.getByRole('button', { name: 'Roll out to 2' }).click();
  await page.getByText('Planned.').nth(1).waitFor();
  const there = await atrium.call('sunset-plaza', 'GET', '/campaign-events?name=Everywhere');
  await atrium.call('sunset-plaza', 'PATCH', `/campaign-events/${there.body.items[0]?.id}`, { name: 'Ours' });
  await page.getByRole('button', { name: 'Send again to 2' }).click();
  await page.getByText('As it was.').waitFor();
  await page.getByText('Left as it is: somebody changed it there.').waitFor();
  const after = await atrium.call('sunset-plaza', 'GET', `/campaign-events/${there.body.items[0]?.id}`);
  expect(after.body).toMatchObject({ name: 'Ours', status: 'published' });
}, 120_000);

it('shows markup as text, and follows no address but https', async () => {
  const markup = '<img src=x onerror="document.title=\'taken\'"><b>bold</b>';
  await campaign(markup, { description: markup });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await signIn('month');
  await page.getByText(markup).first().waitFor();
  await page
    .getByRole('link', { name: new RegExp('onerror') })
    .first()
    .click();
  await page.locator('.card').getByText(markup).first().waitFor();
  await page.getByLabel('Picture').fill('http://example.com/a.png');
  await page.getByText('Only pictures with https:// are shown.').waitFor();
  expect(await page.title()).toBe('Atrium');
  expect(asked.filter((url) => !url.startsWith(atrium.url))).toEqual([]);
}, 120_000);

it('says what to do about a suspended centre, a foreign one and an unknown one', async () => {
  const admin = await signToken({ sub: 'root', roles: ['editor', 'platform-admin'], tenants: ['*'] });
  const authorization = `Bearer ${admin}`;
  await atrium.call(NOBODY, 'PATCH', '/tenants/sunset-plaza', { status: 'suspended' }, { authorization });
  await signIn('month', admin);
  await goTo('#/sunset-plaza/month');
  await page.getByText('This shopping centre is suspended').waitFor();
  await goTo('#/nowhere/month');
  await page.getByText('There is no shopping centre of this id').waitFor();
  await atrium.call(NOBODY, 'PATCH', '/tenants/sunset-plaza', { status: 'active' }, { authorization });
  await goTo('#/sunset-plaza/month');
  await page.getByRole('list', { name: 'Campaigns' }).waitFor();
  expect(await page.getByText('suspended').count()).toBe(0);
}, 120_000);

it.each([
  { locale: 'en-GB', colorScheme: 'light' },
  { locale: 'ar', colorScheme: 'dark' },
] as const)(
  'has nothing that axe finds, in $locale and $colorScheme',
  async (options) => {
    await context.close();
    await open(options);
    const found: unknown[] = [await axeFinds('sign in')];
    await page.locator('input').fill(token);
    await page.keyboard.press('Enter');
    for (const place of PLACES) {
      await goTo(`#/${MALL}/${place}`);
      await page.locator('h1').waitFor();
      await page.waitForTimeout(500);
      found.push(await axeFinds(place));
      await look(page, `desk-${options.locale}-${place.replace(/\W/g, '-')}`);
    }
    expect(found.flat()).toEqual([]);
  },
  300_000,
);

it.each(['en-GB', 'ar'])(
  'fits a phone of 360 pixels, in %s',
  async (locale) => {
    await context.close();
    await open({ locale, viewport: { width: 360, height: 740 } });
    await page.locator('input').fill(token);
    await page.keyboard.press('Enter');
    for (const place of PLACES) {
      await goTo(`#/${MALL}/${place}`);
      await page.locator('h1').waitFor();
      await page.waitForTimeout(300);
      await look(page, `desk-phone-${locale}-${place.replace(/\W/g, '-')}`);
      expect([place, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([place, 360]);
    }
  },
  180_000,
);

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  complaints = complaintsOf(page);
  await page.goto(`${atrium.url}/desk`);
  await page.locator('input').waitFor();
}

async function signIn(place: string, bearer = token): Promise<void> {
  await goTo(`#/${MALL}/${place}`);
  await page.getByLabel('Token').fill(bearer);
  await page.keyboard.press('Enter');
}

function goTo(hash: string): Promise<unknown> {
  return page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

async function focus(role: 'link' | 'button', name: string): Promise<void> {
  const target = page.getByRole(role, { name, exact: true });
  await target.waitFor();
  for (let presses = 0; presses < 200; presses++) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} is not reached by Tab`);
}

async function type(label: string, text: string): Promise<void> {
  await typeAt(label, 0, text);
}

async function typeAt(label: string, at: number, text: string): Promise<void> {
  const field = page.locator('.row-fields').nth(at).getByLabel(label).first();
  await field.waitFor();
  for (let presses = 0; presses < 300; presses++) {
    if ((await field.and(page.locator(':focus')).count()) > 0) return page.keyboard.type(text);
    await page.keyboard.press('Shift+Tab');
  }
  throw new Error(`${label} is not reached by Tab`);
}

async function named(name: string): Promise<Body[]> {
  return (await atrium.call(MALL, 'GET', `/campaign-events?name=${encodeURIComponent(name)}`)).body.items;
}

async function campaign(name: string, fields: object = {}): Promise<Body> {
  const body = { name, startDate: '2026/11/01 00:00', endDate: '2030/11/30 23:59', ...fields };
  return (await atrium.call(MALL, 'POST', '/campaign-events', body)).body;
}

/** What axe finds on the page as it is: rule, and the elements concerned. */
async function axeFinds(place: string): Promise<unknown[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as AxeReport;
  return violations.map(({ id, nodes }) => ({ place, id, nodes: nodes.map(({ html }) => html.slice(0, 200)) }));
}

interface AxeReport {
  violations: { id: string; nodes: { html: string }[] }[];
}
