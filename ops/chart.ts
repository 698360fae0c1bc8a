import '../src/node-version.js';
import { BAD_VALUES, BROKEN } from './broken.js';
import { Checks } from './checks.js';
import { CHART, helm, installHelm, render, template } from './helm.js';
import type { Manifest } from './manifest.js';
import { faultsOfPolicy } from './policy.js';
import { faultsOfReadme } from './readme.js';
import { faultsOfShape } from './shape.js';

const KUBERNETES = ['1.31.0', '1.32.0', '1.33.0', '1.34.0'];
const PRODUCTION = ['-f', `${CHART}/values-production.yaml`];
const SECRET = ['--set', `secrets.jwtSecret=${'x'.repeat(32)}`];

/** What people install: every values file, and the options that no file turns on. */
const INSTALLATIONS: Record<string, string[]> = {
  'the defaults': ['--set', 'existingSecret=atrium'],
  'the defaults with secrets given': [...SECRET, '--set', 'secrets.databaseUrl=mssql://u:p@db:1433/atrium'],
  'the defaults with a Redis for trials': ['--set', 'existingSecret=atrium,redis.enabled=true,dashboard.enabled=true'],
  'values-small.yaml': ['-f', `${CHART}/values-small.yaml`, ...SECRET],
  'values-production.yaml': PRODUCTION,
  'values-azure.yaml': [...PRODUCTION, '-f', `${CHART}/values-azure.yaml`],
};

installHelm();
const checks = new Checks();

for (const [name, values] of Object.entries(INSTALLATIONS)) {
  const linted = helm('lint', '--strict', CHART, ...values);
  checks.report(`helm lint --strict: ${name}`, linted.ok ? [] : [linted.output]);
  for (const version of KUBERNETES) {
    checks.report(`Kubernetes ${version}: ${name}`, await faultsOf(() => render(values, version)));
  }
}

for (const [name, { values, says }] of Object.entries(BAD_VALUES)) {
  const { ok, output } = template(['--set', ['existingSecret=atrium', ...values].join(',')]);
  checks.report(`refused: ${name}`, !ok && says.test(output) ? [] : [`not refused in words: ${output.slice(0, 300)}`]);
}

for (const [name, breakIt] of Object.entries(BROKEN)) {
  const manifests = render(PRODUCTION);
  breakIt((kind) => find(manifests, kind));
  const faults = await faultsOf(() => manifests);
  checks.report(`caught: ${name}`, faults.length > 0 ? [] : ['nothing saw it']);
}

checks.report('README.md of the chart names every value, with its default', faultsOfReadme());
checks.end();

async function faultsOf(made: () => Manifest[]): Promise<string[]> {
  try {
    const manifests = made();
    const shapes = await Promise.all(manifests.map(faultsOfShape));
    return [...shapes.flat(), ...faultsOfPolicy(manifests)];
  } catch (thrown) {
    return [String(thrown)];
  }
}

/** The server's own object of this kind: it bears the release's name. */
function find(manifests: Manifest[], kind: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === 'atrium');
  if (!found) throw new Error(`no ${kind} was rendered`);
  return found;
}
