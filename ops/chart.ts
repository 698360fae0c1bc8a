import '../src/node-version.js';
import { BAD_VALUES, BROKEN } from './broken.js';
import { Checks } from './checks.js';
import { startCluster } from './cluster.js';
import { CHART, helm, installHelm, render, template, valuesOf } from './helm.js';
import { INSTALLATIONS, PRODUCTION } from './installations.js';
import type { Manifest } from './manifest.js';
import { faultsOfPolicy } from './policy.js';
import { faultsOfReachability } from './reachability.js';
import { faultsOfReadme } from './readme.js';
import { RENDERED } from './rendered.js';
import { faultsOfShape } from './shape.js';

const OWN_NAMES: Record<string, string> = { Job: 'atrium-migrate-1', CronJob: 'atrium-purge' };

const KUBERNETES = ['1.31.0', '1.32.0', '1.33.0', '1.34.0'];

const NOTES: Record<string, { values: Record<string, unknown>; says: RegExp }> = {
  'how long an upgrade may take': { values: {}, says: /--timeout 31m$/m },
  'that nobody outside may call': { values: {}, says: /lets this namespace alone call/ },
  'that a load balancer may not call': {
    values: { 'service.type': 'LoadBalancer', 'networkPolicy.ingressNamespaces': ['gateway'] },
    says: /Name in networkPolicy.ingressCidrs who may call/,
  },
};

const REPLICAS = { 'f:spec': { 'f:replicas': {} } };
const SCALED = {
  manager: 'kube-controller-manager',
  operation: 'Update',
  subresource: 'scale',
  fieldsV1: REPLICAS,
} as const;

/** Pods are kept in number: by the field, or by leaving it to whoever has it. */
const AUTOSCALED: Record<string, { managedFields: Parameters<typeof startCluster>[2]; expected: number | undefined }> =
  {
    'switched on after replicaCount, applied on the server': {
      managedFields: [{ manager: 'helm', operation: 'Apply', fieldsV1: REPLICAS }],
      expected: 7,
    },
    'it has scaled, applied on the server': {
      managedFields: [{ manager: 'helm', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:template': {} } } }, SCALED],
      expected: undefined,
    },
    'it has scaled, merged by helm': {
      managedFields: [{ manager: 'helm', operation: 'Update', fieldsV1: { 'f:spec': { 'f:template': {} } } }, SCALED],
      expected: 7,
    },
  };

installHelm();
const checks = new Checks();

for (const [name, { values, reach }] of Object.entries(INSTALLATIONS)) {
  const linted = await helm('lint', '--strict', CHART, ...values);
  checks.report(`helm lint --strict: ${name}`, linted.ok ? [] : [linted.output]);
  for (const version of KUBERNETES) {
    checks.report(`Kubernetes ${version}: ${name}`, await faultsOf(() => render(values, version)));
  }
  checks.report(
    `reached and reaching: ${name}`,
    await faultsIn(async () => faultsOfReachability(await render(values), reach)),
  );
}

for (const [name, { values, rules }] of Object.entries(RENDERED)) {
  const faults = await faultsIn(async () => {
    const manifests = await render(valuesOf(values));
    const held = rules((kind, named) => find(manifests, kind, named));
    const broken = Object.entries(held).flatMap(([rule, holds]) => (holds ? [] : [`not so that ${rule}`]));
    return [...broken, ...(await faultsOf(() => Promise.resolve(manifests)))];
  });
  checks.report(`rendered: ${name}`, faults);
}

for (const [name, { values, says }] of Object.entries(BAD_VALUES)) {
  const { ok, output } = await template(['--set', ['existingSecret=atrium', ...values].join(',')]);
  checks.report(`refused: ${name}`, !ok && says.test(output) ? [] : [`not refused in words: ${output.slice(0, 300)}`]);
}

for (const [name, breakIt] of Object.entries(BROKEN)) {
  const manifests = await render(PRODUCTION);
  breakIt((kind) => find(manifests, kind));
  const faults = await faultsOf(() => Promise.resolve(manifests));
  checks.report(`caught: ${name}`, faults.length > 0 ? [] : ['nothing saw it']);
}

for (const [name, { managedFields, expected }] of Object.entries(AUTOSCALED)) {
  const cluster = await startCluster('atrium', 7, managedFields);
  const faults = await faultsIn(async () => {
    const { replicas } = find(await render([...PRODUCTION, ...cluster.options]), 'Deployment').spec;
    return replicas === expected ? [] : [`of 7 pods it says ${replicas ?? 'nothing'}, not ${expected ?? 'nothing'}`];
  });
  cluster.stop();
  checks.report(`an autoscaler over 7 pods: ${name}`, faults);
}

for (const [name, { values, says }] of Object.entries(NOTES)) {
  const { output } = await helm(
    'install',
    'atrium',
    CHART,
    '--dry-run=client',
    ...valuesOf({ existingSecret: 'atrium', ...values }),
  );
  const [, notes = ''] = output.split('\nNOTES:\n');
  checks.report(`the notes say ${name}`, says.test(notes) ? [] : [notes]);
}

checks.report('README.md of the chart names every value, with its default', faultsOfReadme());
checks.end();

function faultsOf(made: () => Promise<Manifest[]>): Promise<string[]> {
  return faultsIn(async () => {
    const manifests = await made();
    const shapes = await Promise.all(manifests.map(faultsOfShape));
    return [...shapes.flat(), ...faultsOfPolicy(manifests)];
  });
}

async function faultsIn(work: () => Promise<string[]>): Promise<string[]> {
  try {
    return await work();
  } catch (thrown) {
    return [String(thrown)];
  }
}

/** The server's own object of this kind bears the release's name; those of migration and purge have names of their own. */
function find(manifests: Manifest[], kind: string, name = OWN_NAMES[kind] ?? 'atrium'): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name} was rendered`);
  return found;
}
