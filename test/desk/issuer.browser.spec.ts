import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { complaintsOf, startBrowser } from '../support/browser.js';
import { Issuer } from '../support/issuer.js';

const PATIENCE_MS = 60_000;

let issuer: Issuer;
let atrium: Atrium;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  issuer = await Issuer.start();
  issuer.person = { sub: 'mary', name: 'Mary Miller', roles: ['editor'], tenants: ['riverside'] };
  atrium = await startAtrium({ DEMO: 'true', JWT_SECRET: '', JWT_ISSUER: issuer.url, OIDC_CLIENT_ID: 'desk' });
  browser = await startBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await atrium?.close();
  issuer?.close();
});

it('staff sign in at the issuer, come back to where they wanted to go, and leave no token in storage', async () => {
  const complaints = complaintsOf(page);
  await page.goto(`${atrium.url}/desk#/riverside/month?view=week`);
  await page.getByRole('button', { name: `Sign in at ${new URL(issuer.url).host}` }).click();
  await page.getByText('Loyalty Club').first().waitFor();
  expect(page.url()).toBe(`${atrium.url}/desk#/riverside/month?view=week`);
  await page.getByRole('button', { name: 'Language, colours, sign out' }).click();
  await page.getByText('Signed in as Mary Miller').waitFor();
  const stored = await page.evaluate('JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)])');
  expect(stored).not.toContain('eyJ');
  expect(complaints).toEqual([]);
}, 180_000);
