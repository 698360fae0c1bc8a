import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NAMESPACE } from './helm.js';
import { KINDS } from './shape.js';

const VERSION = { major: '1', minor: '34', gitVersion: 'v1.34.0' };

export interface Cluster {
  /** Options of helm, to look things up there. */
  options: string[];
  stop(): void;
}

interface ManagedFields {
  manager: string;
  operation: 'Apply' | 'Update';
  subresource?: string;
  fieldsV1: object;
}

/** As much of an API server as helm asks when a chart looks up a Deployment: it knows this one. */
export async function startCluster(name: string, replicas: number, managedFields: ManagedFields[]): Promise<Cluster> {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: NAMESPACE,
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': NAMESPACE },
      managedFields,
    },
    spec: { replicas },
  };
  const answers: Record<string, object> = {
    '/version': VERSION,
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() },
    ...resourceLists(),
    [`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${name}`]: deployment,
  };
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[url.split('?')[0] ?? ''];
    response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify(answer ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'atrium-cluster-'));
  const file = join(folder, 'config');
  const { port } = server.address() as AddressInfo;
  writeFileSync(file, JSON.stringify(kubeconfig(`http://127.0.0.1:${port}`)));
  return {
    options: ['--dry-run=server', '--disable-openapi-validation', '--kubeconfig', file],
    stop() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
}

function groups(): object[] {
  return [...versions()].filter(isGrouped).map((groupVersion) => {
    const [name, version] = groupVersion.split('/');
    return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
  });
}

/** By the path that they are asked for at. */
function resourceLists(): Record<string, object> {
  const lists = [...versions()].map((groupVersion) => {
    const kinds = KINDS.filter((each) => each.startsWith(`${groupVersion}/`)).map(
      (each) => each.split('/').at(-1) ?? '',
    );
    const resources = kinds.map((kind) => ({ name: pluralOf(kind), namespaced: true, kind, verbs: ['get'] }));
    const path = `${isGrouped(groupVersion) ? '/apis' : '/api'}/${groupVersion}`;
    return [path, { kind: 'APIResourceList', groupVersion, resources }] as const;
  });
  return Object.fromEntries(lists);
}

function versions(): Set<string> {
  return new Set(KINDS.map((kind) => kind.slice(0, kind.lastIndexOf('/'))));
}

function isGrouped(groupVersion: string): boolean {
  return groupVersion.includes('/');
}

function pluralOf(kind: string): string {
  return kind.toLowerCase().replace(/s$/, 'se').replace(/y$/, 'ie') + 's';
}

function kubeconfig(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'check', cluster: { server } }],
    users: [{ name: 'check', user: {} }],
    contexts: [{ name: 'check', context: { cluster: 'check', user: 'check' } }],
    'current-context': 'check',
  };
}
