import { NAMESPACE } from './helm.js';
import type { Manifest } from './manifest.js';
import { type Door, isOpen, type Party } from './network.js';

/** The callers, scrapers and destinations that a release admits, out of those listed below: nobody else. */
export interface Reach {
  calls: Caller[];
  scrapes: Caller[];
  server: Place[];
  /** The same for the purge; undefined where there is neither. */
  migration?: Place[];
}

const HTTP = 3000;
const METRICS = 9464;

const CALLERS = {
  'a pod of the namespace': podOf(NAMESPACE),
  'the ingress controller': podOf('ingress-nginx'),
  'the Gateway': podOf('gateway'),
  Prometheus: podOf('monitoring'),
  'a pod of another namespace': podOf('others'),
  'a load balancer': { address: '10.1.9.9' },
  'a load balancer of IPv6': { address: 'fd00:9::9' },
  'the world': { address: '203.0.113.9' },
} satisfies Record<string, Party>;
type Caller = keyof typeof CALLERS;

const PLACES = {
  CoreDNS: { at: podOf('kube-system'), port: 53, protocol: 'UDP' },
  'CoreDNS over TCP': { at: podOf('kube-system'), port: 53 },
  'the DNS of OpenShift': { at: podOf('openshift-dns'), port: 5353, protocol: 'UDP' },
  'NodeLocal DNSCache': { at: { address: '169.254.20.10' }, port: 53, protocol: 'UDP' },
  'the address of the DNS service': { at: { address: '10.96.0.10' }, port: 53, protocol: 'UDP' },
  'the address of the DNS service in IPv6': { at: { address: 'fd00:96::a' }, port: 53, protocol: 'UDP' },
  'a resolver in the world': { at: { address: '203.0.113.53' }, port: 53, protocol: 'UDP' },
  'SQL Server': { at: { address: '10.1.2.4' }, port: 1433 },
  'SQL Server, redirected': { at: { address: '10.1.2.4' }, port: 11_433 },
  'a SQL Server in the world': { at: { address: '203.0.113.4' }, port: 1433 },
  Redis: { at: { address: '10.1.2.5' }, port: 6379 },
  'Redis of Azure': { at: { address: '10.1.2.5' }, port: 10_000 },
  'a Redis in the world': { at: { address: '203.0.113.5' }, port: 6379 },
  'the Redis for trials': { at: podOf(NAMESPACE, 'redis'), port: 6379 },
  'Entra ID': { at: { address: '20.190.128.10' }, port: 443 },
  'the OTLP collector': { at: podOf('observability'), port: 4318 },
  'a page in the world': { at: { address: '203.0.113.9' }, port: 443 },
  'the metadata of the cloud': { at: { address: '169.254.169.254' }, port: 80 },
  'the API server': { at: { address: '10.96.0.1' }, port: 443 },
  'a neighbour': { at: podOf(NAMESPACE), port: 8080 },
} satisfies Record<string, Door & { at: Party }>;
type Place = keyof typeof PLACES;

export const DNS: Place[] = [
  'CoreDNS',
  'CoreDNS over TCP',
  'the DNS of OpenShift',
  'NodeLocal DNSCache',
  'the address of the DNS service',
  'the address of the DNS service in IPv6',
];

export function faultsOfReachability(manifests: Manifest[], reach: Reach): string[] {
  const server = { namespace: NAMESPACE, component: 'server' };
  const callers = Object.entries(CALLERS);
  const called = (port: number) =>
    callers.filter(([, party]) => isOpen(manifests, 'Ingress', server, party, { port })).map(([name]) => name);
  const reached = (component: string) =>
    Object.entries<Door & { at: Party }>(PLACES)
      .filter(([, { at, ...door }]) => isOpen(manifests, 'Egress', { ...server, component }, at, door))
      .map(([name]) => name);
  return [
    ...differences('may call', called(HTTP), reach.calls),
    ...differences('may scrape', called(METRICS), reach.scrapes),
    ...differences('is reached by the server', reached('server'), reach.server),
    ...differences('is reached by the migration', reached('migration'), reach.migration ?? []),
    ...differences('is reached by the purge', reached('purge'), reach.migration ?? []),
  ];
}

function differences(what: string, found: string[], wanted: string[]): string[] {
  return [
    ...wanted.filter((name) => !found.includes(name)).map((name) => `not so that ${name} ${what}`),
    ...found.filter((name) => !wanted.includes(name)).map((name) => `${name} ${what}, and should not`),
  ];
}

function podOf(namespace: string, component = 'other'): Party {
  return { namespace, labels: releaseLabels(component) };
}

function releaseLabels(component: string) {
  return {
    'app.kubernetes.io/name': 'atrium',
    'app.kubernetes.io/instance': 'atrium',
    'app.kubernetes.io/component': component,
  };
}
