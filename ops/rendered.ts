import { type Container, type Manifest, podOf } from './manifest.js';

type Find = (kind: string, name?: string) => Manifest;

interface Rendering {
  /** By their paths. */
  values: Record<string, unknown>;
  /** Each with whether it holds. */
  rules: (find: Find) => Record<string, boolean>;
}

const NAMED = { existingSecret: 'atrium' };
const JWT = { 'secrets.jwtSecret': 'x'.repeat(32) };
const DATABASE = { 'secrets.databaseUrl': 'mssql://u:p@db:1433/atrium' };
const STORE = {
  extraVolumes: [{ name: 'store', csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true } }],
  extraVolumeMounts: [{ name: 'store', mountPath: '/mnt/secrets-store', readOnly: true }],
};

/** Values, and what must be in that which is made of them. */
export const RENDERED: Record<string, Rendering> = {
  'an address and a time to keep connections, when they are given': {
    values: { ...NAMED, host: '::', keepAliveMs: 3_660_000 },
    rules: (find) => ({
      'HOST is ::': find('ConfigMap').data?.['HOST'] === '::',
      'KEEP_ALIVE_MS is 3660000': find('ConfigMap').data?.['KEEP_ALIVE_MS'] === '3660000',
    }),
  },
  'an address and a time to keep connections, when they are not given': {
    values: NAMED,
    rules: (find) => ({
      'HOST is left to the image': find('ConfigMap').data?.['HOST'] === undefined,
      'KEEP_ALIVE_MS is left to the image': find('ConfigMap').data?.['KEEP_ALIVE_MS'] === undefined,
    }),
  },
  'metrics, where the Service is open to the world': {
    values: { ...NAMED, 'service.type': 'LoadBalancer' },
    rules: (find) => ({
      'that Service has one port': find('Service').spec.ports?.length === 1,
      'they have a Service inside the cluster': find('Service', 'atrium-metrics').spec.type === 'ClusterIP',
      'they have port 9464': find('ConfigMap').data?.['METRICS_PORT'] === '9464',
    }),
  },
  'the environment of the migration, of a secret that is there': {
    values: { ...NAMED, 'redis.enabled': true, 'config.RATE_LIMIT': 5 },
    rules: (find) => ({
      'its only variable is DATABASE_URL': variables(migration(find)) === 'DATABASE_URL',
      'it has no ConfigMap': migration(find).envFrom === undefined,
    }),
  },
  'the environment of the migration, of secrets that are given': {
    values: { ...JWT, ...DATABASE, 'secrets.redisUrl': 'redis://redis:6379', 'config.NODE_OPTIONS': '--no-warnings' },
    rules: (find) => ({
      'it has what it uses': variables(migration(find)) === 'DATABASE_URL NODE_OPTIONS',
      'the copy of its secret holds DATABASE_URL alone':
        Object.keys(find('Secret', 'atrium-migrate').stringData ?? {}).join() === 'DATABASE_URL',
    }),
  },
  'a migration, while one of an earlier upgrade still runs': {
    values: NAMED,
    rules: (find) => ({
      'its Job has the name of the revision': job(find).metadata.name === 'atrium-migrate-1',
      'a Job that nobody waited for goes by itself': Number(job(find).spec.ttlSecondsAfterFinished) > 0,
    }),
  },
  'the purge': {
    values: { ...NAMED, 'config.TOMBSTONE_DAYS': 30, 'config.RATE_LIMIT': 5, 'purge.schedule': '@weekly' },
    rules: (find) => ({
      'it runs when it is told': find('CronJob', 'atrium-purge').spec.schedule === '@weekly',
      'it has what it uses': variables(containerOf(find('CronJob', 'atrium-purge'))) === 'DATABASE_URL TOMBSTONE_DAYS',
    }),
  },
  'words that YAML takes for something else': {
    values: {
      ...NAMED,
      nameOverride: 'true',
      fullnameOverride: 'null',
      'config.TENANT_HEADER': 'on',
      'migration.serviceAccountName': 'on',
      'ingress.enabled': true,
      'ingress.className': 'null',
      tenants: [
        { id: 'true', name: 'No', timeZone: 'UTC' },
        { id: 'null', name: 'on', timeZone: 'UTC' },
        { id: 'on', name: '1', timeZone: 'UTC' },
      ],
    },
    rules: (find) => ({
      'tenants are texts':
        find('ConfigMap', 'null').data?.['TENANTS']?.startsWith('[{"id":"true","name":"No"') === true,
      'the test asks for a tenant by a text':
        containerOf(find('Pod', 'null-test')).env?.find(({ name }) => name === 'TENANT')?.value === 'true',
    }),
  },
  'a volume of a secret store': {
    values: { ...JWT, ...DATABASE, ...STORE },
    rules: (find) => ({
      'the server mounts it': mounts(find('Deployment')),
      'so does the migration': mounts(job(find)),
      'so does the purge': mounts(find('CronJob', 'atrium-purge')),
    }),
  },
  'a volume of a secret store beside the embedded database': {
    values: { ...JWT, ...STORE, 'database.embedded': true, replicaCount: 1, 'migration.enabled': false },
    rules: (find) => ({
      'both are mounted': mounts(find('Deployment')) && server(find).volumeMounts?.[0]?.mountPath === '/app/data',
    }),
  },
  'an environment from outside': {
    values: {
      extraEnv: [
        { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'vault', key: 'url' } } },
        { name: 'TZ', value: 'UTC' },
      ],
      extraEnvFrom: [{ secretRef: { name: 'vault' } }],
    },
    rules: (find) => ({
      'the server has it': variables(server(find)) === 'DATABASE_URL TZ',
      'so has the migration': variables(migration(find)) === 'DATABASE_URL TZ',
      'the chart has the last word on what it decides':
        server(find).envFrom?.[0]?.secretRef?.name === 'vault' && server(find).envFrom?.length === 2,
    }),
  },
  'secrets from outside that the migration does not use': {
    values: {
      ...NAMED,
      extraEnv: [
        { name: 'JWT_SECRET', value: 'x' },
        { name: 'REDIS_URL', value: 'redis://redis' },
      ],
    },
    rules: (find) => ({
      'the server has them, and no second ones':
        variables(server(find)) === 'DATABASE_URL JWT_SECRET REDIS_URL WEBHOOK_SECRET_KEY',
      'the migration has not': variables(migration(find)) === 'DATABASE_URL',
    }),
  },
  'a collector without a port in its URL': {
    values: {
      ...NAMED,
      'config.OTEL_EXPORTER_OTLP_ENDPOINT': 'https://otlp.example.com',
      'networkPolicy.egress.otlp.cidrs': ['203.0.113.7/32'],
    },
    rules: (find) => ({ 'has the port of https': ports(find).includes(443) && !ports(find).includes(4318) }),
  },
  'an issuer on a port of its own': {
    values: {
      ...NAMED,
      'config.JWT_ISSUER': 'https://login.example.com:8443/realms/malls',
      'networkPolicy.egress.issuer.cidrs': ['203.0.113.7/32'],
    },
    rules: (find) => ({ 'is reached there': ports(find).includes(8443) && !ports(find).includes(443) }),
  },
};

function job(find: Find): Manifest {
  return find('Job');
}

function migration(find: Find): Container {
  return containerOf(job(find));
}

function server(find: Find): Container {
  return containerOf(find('Deployment'));
}

function containerOf(manifest: Manifest): Container {
  const [container] = podOf(manifest)?.containers ?? [];
  if (!container) throw new Error(`${manifest.kind} ${manifest.metadata.name} has no container`);
  return container;
}

function variables({ env = [] }: Container): string {
  return env
    .map(({ name }) => name)
    .toSorted((one, other) => one.localeCompare(other))
    .join(' ');
}

function mounts(manifest: Manifest): boolean {
  const isThere = podOf(manifest)?.volumes?.some(({ name }) => name === 'store');
  return isThere === true && containerOf(manifest).volumeMounts?.some(({ name }) => name === 'store') === true;
}

/** Open from the server to elsewhere. */
function ports(find: Find): unknown[] {
  return find('NetworkPolicy').spec.egress?.flatMap((rule) => rule.ports?.map(({ port }) => port) ?? []) ?? [];
}
