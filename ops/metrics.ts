import '../src/node-version.js';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { PRODUCTION, startAtrium, TENANT } from './atrium.js';
import { Checks } from './checks.js';

const ALERTS = 'helm/files/alerts.yaml';
const DASHBOARD = 'helm/files/dashboard.json';
const PORT = 3925;
/** Not to be seen on the embedded database, which has no pool. */
const ON_SQL_SERVER = new Set(['connections', 'waiting', 'max'].map((what) => `atrium_database_pool_${what}`));

interface Alert {
  alert: string;
  expr: string;
  annotations: { summary?: string; runbook_url?: string };
}

const { groups } = parse(readFileSync(ALERTS, 'utf8')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const checks = new Checks();

checks.report('promtool check rules', promtool('check', 'rules', ALERTS));
checks.report('promtool test rules', promtool('test', 'rules', 'ops/alerts.test.yaml'));
const tested = readFileSync('ops/alerts.test.yaml', 'utf8');
checks.report(
  'every alert has a test in which it fires',
  alerts.filter(({ alert }) => !tested.includes(`alertname="${alert}"`)).map(({ alert }) => `${alert} has none`),
);
const guide = readFileSync('docs/operations.md', 'utf8').matchAll(/^#+ (.+)$/gm);
const headings = new Set(
  Array.from(guide, ([, heading = '']) => `docs/operations.md#${heading.toLowerCase().replaceAll(' ', '-')}`),
);
checks.report(
  'every alert has a summary, and a runbook that is a heading of docs/operations.md',
  alerts
    .filter(({ annotations }) => !annotations.summary || !headings.has(annotations.runbook_url ?? ''))
    .map(({ alert, annotations }) => `${alert}: ${annotations.runbook_url}`),
);

const scraped = await scrape();
checks.report('GET /metrics answers in the format of Prometheus', complaints(scraped));
const known = new Set([...names(scraped), ...ON_SQL_SERVER]);
checks.report(
  'every metric that an alert asks for is there',
  unknown(alerts.map(({ expr }) => expr).join('\n'), known),
);
checks.report('every metric that the dashboard asks for is there', unknown(readFileSync(DASHBOARD, 'utf8'), known));
checks.end();

function promtool(...args: string[]): string[] {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error) return ['promtool is not installed: apt-get install prometheus'];
  return status === 0 ? [] : [stdout + stderr];
}

/** The metrics of a process after a read, a write, and a request for something that is not there. */
async function scrape(): Promise<string> {
  // A Redis that is not there is enough for its metrics to be.
  const running = await startAtrium(PORT, { METRICS_BY_TENANT: 'true', REDIS_URL: 'redis://127.0.0.1:1' });
  try {
    const token = execFileSync(
      process.execPath,
      ['dist/src/cli.js', 'token', '--role', 'editor', '--tenant', 'riverside'],
      {
        encoding: 'utf8',
        env: PRODUCTION,
      },
    ).trim();
    await fetch(`${running.url}/campaign-events`, {
      method: 'POST',
      headers: { ...TENANT, Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Sale', startDate: '2030-01-01T00:00:00Z', endDate: '2030-01-02T00:00:00Z' }),
    });
    for (const path of ['/campaign-events/live', '/campaign-events/999']) {
      await fetch(running.url + path, { headers: TENANT });
    }
    const answer = await fetch(`${running.url}/metrics`);
    return answer.ok ? await answer.text() : '';
  } finally {
    await running.end();
  }
}

/** Promtool's remarks on our own metrics. The runtime's metrics have the names that prom-client gave them. */
function complaints(text: string): string[] {
  if (text === '') return ['there is no GET /metrics'];
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  const said = (stdout + stderr).split('\n').filter((line) => line.startsWith('atrium_'));
  return status === 0 || status === 3 ? said : [stdout + stderr];
}

/** Metrics with the series that they are made of. */
function names(text: string): Set<string> {
  const declared = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
  return new Set(
    declared.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((series) => name + series) : [name],
    ),
  );
}

function unknown(queries: string, known: Set<string>): string[] {
  const asked = new Set(queries.match(/\b(?:atrium|nodejs|process)_[a-z0-9_]+/g));
  return [...asked].filter((name) => !known.has(name)).map((name) => `${name} is not in GET /metrics`);
}
