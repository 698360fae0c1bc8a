import { BlockList, isIP } from 'node:net';
import {
  type Direction,
  type Labels,
  type Manifest,
  type Peer,
  type PolicyPort,
  podOf,
  type Selector,
  templateOf,
} from './manifest.js';

/** One side of a connection: a pod, or an address outside the cluster. */
export type Party = { namespace: string; labels: Labels } | { address: string };

export interface Door {
  port: number;
  protocol?: 'TCP' | 'UDP';
}

/**
 * Whether the NetworkPolicies of a release let a pod of it be called by, or call, somebody. The strictest reading of the
 * specification counts: an ipBlock is about addresses outside the cluster, as with Cilium, and no pod is met by one.
 */
export function isOpen(
  manifests: Manifest[],
  direction: Direction,
  pod: { namespace: string; component: string },
  other: Party,
  door: Door,
): boolean {
  const made = manifests.find(
    (each) => templateOf(each)?.metadata.labels['app.kubernetes.io/component'] === pod.component,
  );
  if (!made) return false;
  const labels = templateOf(made)?.metadata.labels ?? {};
  const policies = manifests.filter(
    ({ kind, spec }) =>
      kind === 'NetworkPolicy' && spec.policyTypes?.includes(direction) && selects(spec.podSelector, labels),
  );
  if (policies.length === 0) return true;
  return policies.some(({ spec }) =>
    direction === 'Ingress'
      ? spec.ingress?.some(({ from, ports }) => admits(from, other, pod.namespace) && fits(ports, door, made))
      : spec.egress?.some(({ to, ports }) => admits(to, other, pod.namespace) && fits(ports, door)),
  );
}

/** A rule that names nobody is about everybody. */
function admits(peers: Peer[] | undefined, other: Party, ownNamespace: string): boolean {
  if (!peers?.length) return true;
  return peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
    if ('address' in other) {
      return (
        ipBlock !== undefined &&
        contains(ipBlock.cidr, other.address) &&
        !ipBlock.except?.some((cidr) => contains(cidr, other.address))
      );
    }
    if (ipBlock) return false;
    const isThere = namespaceSelector
      ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': other.namespace })
      : other.namespace === ownNamespace;
    return isThere && selects(podSelector, other.labels);
  });
}

function contains(cidr: string, address: string): boolean {
  const [network = '', prefix] = cidr.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) !== isIP(address)) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return block.check(address, family);
}

/** A name means the port of that name of the pod that is called. */
function fits(ports: PolicyPort[] | undefined, door: Door, called?: Manifest): boolean {
  if (!ports?.length) return true;
  return ports.some(({ protocol = 'TCP', port, endPort }) => {
    if (protocol !== (door.protocol ?? 'TCP')) return false;
    const named = (called && podOf(called))?.containers?.flatMap((container) => container.ports ?? []);
    const first = typeof port === 'string' ? named?.find(({ name }) => name === port)?.containerPort : port;
    if (first === undefined) return port === undefined;
    return door.port >= first && door.port <= (endPort ?? first);
  });
}

/** A selector that says nothing meets all. @throws Error for an operator that the chart doesn't use */
function selects({ matchLabels = {}, matchExpressions = [] }: Selector = {}, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`the operator ${operator} is not known here`);
      return values?.includes(labels[key] ?? '') === true;
    })
  );
}
