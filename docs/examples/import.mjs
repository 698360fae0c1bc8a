// Brings an export of a tenant (standard input) into an empty tenant by the API, and compares what it reads back.
//   ATRIUM_URL=http://localhost:3000 ATRIUM_TOKEN=... node import.mjs <tenant> < export.jsonl
import { createInterface } from 'node:readline';

const { ATRIUM_URL = 'http://localhost:3000', ATRIUM_TOKEN, TENANT_HEADER = 'X-Tenant-Id' } = process.env;
const [tenant] = process.argv.slice(2);
if (!tenant || !ATRIUM_TOKEN) fail('Usage: ATRIUM_TOKEN=<an editor> node import.mjs <tenant> < export.jsonl');

/** Events that a campaign may bring along in its POST. */
const MAX_EVENTS = 100;

const { campaigns, events, isWhole } = await readExport();
if (!isWhole) fail('The export is not whole: its last line is missing. Nothing was created.');
if ((await ask('GET', '/campaign-events?limit=1')).items.length > 0)
  fail(`"${tenant}" is not empty. Nothing was created.`);

const expected = [];
for (const campaign of campaigns) {
  const parts = events.filter(({ campaignEventId }) => campaignEventId === campaign.id).map(content);
  const made = await ask('POST', '/campaign-events', { ...content(campaign), events: parts.slice(0, MAX_EVENTS) });
  for (const part of parts.slice(MAX_EVENTS)) await ask('POST', '/events', { ...part, campaignEventId: made.id });
  expected.push(whole(campaign, parts));
}

const found = [];
for (const campaign of await all('/campaign-events')) {
  const parts = await ask('GET', `/campaign-events/${campaign.id}/events`);
  found.push(whole(campaign, parts.map(content)));
}
const missing = expected.filter((text) => !found.includes(text));
if (missing.length > 0 || found.length !== expected.length) fail(`${missing.length} campaigns read back differently.`);
console.log(`${expected.length} campaigns and ${events.length} events are in "${tenant}", read back equal.`);

async function readExport() {
  const read = { campaigns: [], events: [], isWhole: false };
  for await (const line of createInterface({ input: process.stdin })) {
    const row = JSON.parse(line);
    if (row.type === 'campaign') read.campaigns.push(row);
    if (row.type === 'event') read.events.push(row);
    if (row.type === 'end') read.isWhole = row.campaigns === read.campaigns.length && row.events === read.events.length;
  }
  return read;
}

/** What stays the same: not the ids, nor when it was created and changed. */
function content({ name, startDate, endDate }) {
  return { name, startDate, endDate };
}

function whole(campaign, parts) {
  return JSON.stringify([content(campaign), parts.map((part) => JSON.stringify(part)).toSorted()]);
}

async function all(path) {
  const rows = [];
  for (let next = ''; next !== null;) {
    const page = await ask('GET', `${path}?limit=200${next && `&after=${encodeURIComponent(next)}`}`);
    rows.push(...page.items);
    next = page.next;
  }
  return rows;
}

async function ask(method, path, body) {
  const response = await fetch(ATRIUM_URL + path, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
    headers: {
      [TENANT_HEADER]: tenant,
      authorization: `Bearer ${ATRIUM_TOKEN}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
  });
  const answer = await response.json();
  if (!response.ok) fail(`${method} ${path} was answered ${response.status}: ${answer.detail}`);
  return answer;
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
