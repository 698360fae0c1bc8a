import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS });
}

/** What the page complains of on its console: errors, and what the Content-Security-Policy keeps away. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Deprecated')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

export async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: pictureOf(name) });
}

/** SCREENSHOTS=<folder> keeps pictures to look at. */
export function pictureOf(name: string): string | undefined {
  const folder = process.env['SCREENSHOTS'];
  if (!folder) return undefined;
  mkdirSync(folder, { recursive: true });
  return `${folder}/${name}.png`;
}
