import { CHART, valuesOf } from './helm.js';
import { DNS, type Reach } from './reachability.js';

interface Installation {
  values: string[];
  reach: Reach;
}

const SECRET = valuesOf({ 'secrets.jwtSecret': 'x'.repeat(32) });
const RUNBOOK = valuesOf({ 'prometheusRule.runbook': 'https://wiki.example.com/atrium/operations' });
/** values-production.yaml with what it asks for. */
export const PRODUCTION = ['-f', `${CHART}/values-production.yaml`, ...RUNBOOK];
const OWN = 'a pod of the namespace';

/** The installations that people make: every values file, and the options that no file turns on. */
export const INSTALLATIONS: Record<string, Installation> = {
  'the defaults': {
    values: valuesOf({ existingSecret: 'atrium' }),
    reach: { calls: [OWN], scrapes: [], server: [...DNS, 'SQL Server', 'Redis'], migration: [...DNS, 'SQL Server'] },
  },
  'the defaults with secrets given': {
    values: [...SECRET, ...valuesOf({ 'secrets.databaseUrl': 'mssql://u:p@db:1433/atrium' })],
    reach: { calls: [OWN], scrapes: [], server: [...DNS, 'SQL Server'], migration: [...DNS, 'SQL Server'] },
  },
  'the defaults with a Redis for trials': {
    values: valuesOf({ existingSecret: 'atrium', 'redis.enabled': true, 'dashboard.enabled': true }),
    reach: {
      calls: [OWN],
      scrapes: [],
      server: [...DNS, 'SQL Server', 'the Redis for trials'],
      migration: [...DNS, 'SQL Server'],
    },
  },
  'values-small.yaml': {
    values: ['-f', `${CHART}/values-small.yaml`, ...SECRET],
    reach: { calls: [OWN], scrapes: [], server: DNS },
  },
  'values-production.yaml': {
    values: PRODUCTION,
    reach: {
      calls: [OWN, 'the ingress controller'],
      scrapes: ['Prometheus'],
      server: [...DNS, 'SQL Server', 'Redis'],
      migration: [...DNS, 'SQL Server'],
    },
  },
  'values-azure.yaml': {
    values: [...PRODUCTION, '-f', `${CHART}/values-azure.yaml`],
    reach: {
      calls: [OWN, 'the Gateway'],
      scrapes: ['Prometheus'],
      server: [...DNS, 'SQL Server', 'SQL Server, redirected', 'Redis of Azure', 'Entra ID'],
      migration: [...DNS, 'SQL Server', 'SQL Server, redirected'],
    },
  },
  'a load balancer, traces, addresses of IPv6': {
    values: valuesOf({
      existingSecret: 'atrium',
      'service.type': 'LoadBalancer',
      host: '::',
      'networkPolicy.ingressCidrs': ['10.1.0.0/16', 'fd00:9::/64'],
      'networkPolicy.monitoringCidrs': ['10.1.9.9/32'],
      'config.OTEL_EXPORTER_OTLP_ENDPOINT': 'http://collector.observability:4318',
      'networkPolicy.egress.otlp.namespaces': ['observability'],
    }),
    reach: {
      calls: [OWN, 'a load balancer', 'a load balancer of IPv6'],
      scrapes: ['a load balancer'],
      server: [...DNS, 'SQL Server', 'Redis', 'the OTLP collector'],
      migration: [...DNS, 'SQL Server'],
    },
  },
  'a DNS of its own, any Redis, peers as they are': {
    values: valuesOf({
      existingSecret: 'atrium',
      'networkPolicy.dns': { ports: [53], namespaces: ['kube-system'], cidrs: [] },
      'networkPolicy.egress.redis.cidrs': ['0.0.0.0/0'],
      'networkPolicy.egress.neighbour': {
        port: 8080,
        peers: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'other' } } }],
      },
    }),
    reach: {
      calls: [OWN],
      scrapes: [],
      server: ['CoreDNS', 'CoreDNS over TCP', 'SQL Server', 'Redis', 'a Redis in the world', 'a neighbour'],
      migration: ['CoreDNS', 'CoreDNS over TCP', 'SQL Server', 'a neighbour'],
    },
  },
};
