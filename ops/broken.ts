import { type Container, type Manifest, podOf } from './manifest.js';

/** Values that the chart must refuse, each with what its message must say. */
export const BAD_VALUES: Record<string, { values: string[]; says: RegExp }> = {
  'no secret at all': { values: ['existingSecret='], says: /existingSecret: name a secret/ },
  'no key for tokens': {
    values: ['existingSecret=', 'secrets.databaseUrl=mssql://u:p@db:1433/atrium'],
    says: /secrets\.jwtSecret: tokens need a key/,
  },
  'a secret of its own and an existing one': {
    values: [`secrets.jwtSecret=${'x'.repeat(32)}`],
    says: /not with existingSecret/,
  },
  'a JWT_SECRET of few bytes': { values: ['existingSecret=', 'secrets.jwtSecret=short'], says: /jwtSecret/ },
  'the embedded database on two pods': {
    values: ['database.embedded=true', 'replicaCount=2'],
    says: /replicaCount: the embedded/,
  },
  'the embedded database under an autoscaler': {
    values: ['database.embedded=true', 'replicaCount=1', 'autoscaling.enabled=true'],
    says: /autoscaling\.enabled: the embedded/,
  },
  'a migration of the embedded database': {
    values: ['database.embedded=true', 'replicaCount=1'],
    says: /migration\.enabled: the embedded/,
  },
  'alerts without a runbook that can be opened': {
    values: ['prometheusRule.enabled=true', 'prometheusRule.runbook=docs/operations.md'],
    says: /prometheusRule\/runbook/,
  },
  'a misspelt value': { values: ['replicaCont=3'], says: /replicaCont/ },
  'a misspelt variable': { values: ['config.CACHE_MEMORY=64'], says: /CACHE_MEMORY/ },
  'a variable of the wrong type': { values: ['config.CACHE_MEMORY_MB=much'], says: /CACHE_MEMORY_MB/ },
  'a tenant id in capitals': {
    values: ['tenants[0].id=Mall', 'tenants[0].name=Mall', 'tenants[0].timeZone=UTC'],
    says: /tenants/,
  },
  'a drain as long as the grace': { values: ['shutdown.drainDelayMs=20000'], says: /drainDelayMs: it is part of/ },
  'more pods at least than at most': {
    values: ['autoscaling.enabled=true', 'autoscaling.minReplicas=20'],
    says: /minReplicas: more than/,
  },
  'a database URL of another server': {
    values: ['existingSecret=', 'secrets.databaseUrl=postgres://u:p@db/atrium'],
    says: /databaseUrl/,
  },
  'an issuer without TLS': { values: ['config.JWT_ISSUER=http://issuer.example.com'], says: /JWT_ISSUER/ },
  'a database at any address': {
    values: ['networkPolicy.egress.sqlServer.cidrs=null'],
    says: /egress\.sqlServer: say where it is/,
  },
  'a target of its own at any address': {
    values: ['networkPolicy.egress.mail.port=25'],
    says: /egress\.mail: say where it is/,
  },
  'an issuer at any address': {
    values: ['config.JWT_ISSUER=https://login.example.com'],
    says: /egress\.issuer: say where it is/,
  },
  'a collector at any address': {
    values: ['config.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318'],
    says: /egress\.otlp: say where it is/,
  },
  'a DNS at any address': {
    values: ['networkPolicy.dns.namespaces=null', 'networkPolicy.dns.cidrs=null'],
    says: /networkPolicy\.dns: say where it is/,
  },
  'a target without a port': { values: ['networkPolicy.egress.mail.cidrs={10.1.0.4/32}'], says: /mail/ },
  'two tenants of one id': {
    values: [0, 1].flatMap((at) => [
      `tenants[${at}].id=mall`,
      `tenants[${at}].name=Mall`,
      `tenants[${at}].timeZone=UTC`,
    ]),
    says: /tenants: two have the id "mall"/,
  },
  'a tenant id that YAML takes for true': {
    values: ['tenants[0].id=true', 'tenants[0].name=Mall', 'tenants[0].timeZone=UTC'],
    says: /tenants: the id true is no text. Put it into quotes/,
  },
  'a tenant id that YAML takes for nothing': {
    values: ['tenants[0].id=null', 'tenants[0].name=Mall', 'tenants[0].timeZone=UTC'],
    says: /tenants: .*Put it into quotes/,
  },
  'metrics on the port that the world sees': { values: ['metrics.port=3000'], says: /metrics\.port: 3000 is/ },
  'a variable from outside that the chart decides': {
    values: ['extraEnv[0].name=PORT', 'extraEnv[0].value=http'],
    says: /extraEnv: PORT is decided by the chart/,
  },
  'a variable twice': {
    values: ['config.DOCS=true', 'extraEnv[0].name=DOCS', 'extraEnv[0].value=no'],
    says: /extraEnv: DOCS is in config/,
  },
  'a monitor without metrics': {
    values: ['metrics.enabled=false', 'serviceMonitor.enabled=true'],
    says: /metrics\.enabled/,
  },
};

/** Slips in what was rendered, each of which the checks must see. */
export const BROKEN: Record<string, (find: (kind: string) => Manifest) => void> = {
  'a field that Kubernetes does not know': (find) => Object.assign(podSpec(find), { terminationGraceSeconds: 30 }),
  'a misspelt field of a container': (find) => Object.assign(container(find), { readynessProbe: {} }),
  'a number in quotes': (find) => Object.assign(podSpec(find), { terminationGracePeriodSeconds: '30' }),
  'a container without a name': (find) => void Reflect.deleteProperty(container(find), 'name'),
  'a Deployment without a selector': (find) => void Reflect.deleteProperty(find('Deployment').spec, 'selector'),
  'a selector that meets no pod': (find) =>
    Object.assign(find('Deployment').spec.selector ?? {}, { matchLabels: { app: 'other' } }),
  'a Service that meets no pod': (find) => Object.assign(find('Service').spec, { selector: { app: 'other' } }),
  'a Service to a port that is not there': (find) =>
    Object.assign(find('Service').spec.ports?.[0] ?? {}, { targetPort: 'web' }),
  'an autoscaler of another Deployment': (find) =>
    Object.assign(find('HorizontalPodAutoscaler').spec.scaleTargetRef ?? {}, { name: 'other' }),
  'replicas under an autoscaler': (find) => Object.assign(find('Deployment').spec, { replicas: 3 }),
  'a readiness probe of the wrong path': (find) =>
    Object.assign(container(find).readinessProbe?.httpGet ?? {}, { path: '/health' }),
  'a container as root': (find) => Object.assign(container(find).securityContext ?? {}, { runAsUser: 0 }),
  'a writable root': (find) => Object.assign(container(find).securityContext ?? {}, { readOnlyRootFilesystem: false }),
  'a capability kept': (find) =>
    Object.assign(container(find).securityContext ?? {}, { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
  'no seccomp profile': (find) => void Reflect.deleteProperty(podSpec(find).securityContext ?? {}, 'seccompProfile'),
  'a mounted token': (find) => Object.assign(podSpec(find), { automountServiceAccountToken: true }),
  'no limit of memory': (find) => void Reflect.deleteProperty(container(find).resources ?? {}, 'limits'),
  'a password in the ConfigMap': (find) =>
    Object.assign(find('ConfigMap').data ?? {}, { REDIS_URL: 'rediss://default:secret@redis:6380' }),
  'killed before its grace is over': (find) => Object.assign(podSpec(find), { terminationGracePeriodSeconds: 10 }),
  'a monitor of a port that is not there': (find) =>
    Object.assign(find('ServiceMonitor').spec.endpoints?.[0] ?? {}, { port: 'web' }),
  'metrics on a Service that is open to the world': (find) =>
    Object.assign(find('Service').spec, {
      type: 'LoadBalancer',
      ports: [...(find('Service').spec.ports ?? []), { name: 'metrics', port: 9464, targetPort: 'metrics' }],
    }),
  'a port open to every host': (find) => find('NetworkPolicy').spec.egress?.push({ ports: [{ port: 443 }] }),
  'a port open to every caller': (find) => find('NetworkPolicy').spec.ingress?.push({ ports: [{ port: 'http' }] }),
  'a spread that a cluster without zones cannot meet': (find) =>
    podSpec(find).topologySpreadConstraints?.forEach((each) => (each.whenUnsatisfiable = 'DoNotSchedule')),
  'a secret of the server in the Job': (find) =>
    podOf(find('Job'))?.containers?.[0]?.env?.push({ name: 'JWT_SECRET', value: '' }),
  'a secret of the server in the CronJob': (find) =>
    podOf(find('CronJob'))?.containers?.[0]?.env?.push({ name: 'JWT_SECRET', value: '' }),
  'a Job that the next upgrade deletes': (find) => Object.assign(find('Job').metadata, { name: 'atrium-migrate' }),
  'a misspelt field of an alert': (find) => Object.assign(find('PrometheusRule').spec, { rules: [] }),
};

function podSpec(find: (kind: string) => Manifest) {
  const pod = find('Deployment').spec.template?.spec;
  if (!pod) throw new Error('the Deployment makes no pods');
  return pod;
}

function container(find: (kind: string) => Manifest): Container {
  const [first] = podSpec(find).containers ?? [];
  if (!first) throw new Error('the Deployment has no container');
  return first;
}
