import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Manifest } from './manifest.js';

/** The place of the schema of each kind of object: Kubernetes' own, the Gateway API's and the Prometheus operator's. */
const SHAPES: Record<string, string> = {
  'v1/ConfigMap': 'kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap',
  'v1/PersistentVolumeClaim': 'kubernetes-models/_schemas/IoK8sApiCoreV1PersistentVolumeClaim',
  'v1/Pod': 'kubernetes-models/_schemas/IoK8sApiCoreV1Pod',
  'v1/Secret': 'kubernetes-models/_schemas/IoK8sApiCoreV1Secret',
  'v1/Service': 'kubernetes-models/_schemas/IoK8sApiCoreV1Service',
  'v1/ServiceAccount': 'kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount',
  'apps/v1/Deployment': 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment',
  'apps/v1/StatefulSet': 'kubernetes-models/_schemas/IoK8sApiAppsV1StatefulSet',
  'autoscaling/v2/HorizontalPodAutoscaler': 'kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscaler',
  'batch/v1/CronJob': 'kubernetes-models/_schemas/IoK8sApiBatchV1CronJob',
  'batch/v1/Job': 'kubernetes-models/_schemas/IoK8sApiBatchV1Job',
  'networking.k8s.io/v1/Ingress': 'kubernetes-models/_schemas/IoK8sApiNetworkingV1Ingress',
  'networking.k8s.io/v1/NetworkPolicy': 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy',
  'policy/v1/PodDisruptionBudget': 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget',
  'gateway.networking.k8s.io/v1/HTTPRoute':
    '@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1HTTPRoute',
  'monitoring.coreos.com/v1/ServiceMonitor':
    '@kubernetes-models/prometheus-operator/_schemas/ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoringV1ServiceMonitor',
  'monitoring.coreos.com/v1/PrometheusRule':
    '@kubernetes-models/prometheus-operator/_schemas/ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoringV1PrometheusRule',
};

/** Such as "apps/v1/Deployment". */
export const KINDS = Object.keys(SHAPES);

interface Validate {
  (data: unknown): boolean;
  errors: { instancePath: string; keyword: string; params: object; message?: string }[] | null;
}

/** Finds faults that an API server would refuse: wrong types, missing fields, and fields that the kind doesn't have. */
export async function faultsOfShape(manifest: Manifest): Promise<string[]> {
  const kind = `${manifest.apiVersion}/${manifest.kind}`;
  const name = `${manifest.kind} ${manifest.metadata?.name}`;
  const validate = await load(kind);
  if (!validate) return [`${name}: ${kind} is not a kind that is known here`];
  const read = new Set<string>();
  const isValid = validate(observed(manifest, '', read));
  const wrong = isValid ? [] : (validate.errors ?? []);
  return [
    ...wrong.map((error) => `${name}: ${error.instancePath} ${error.keyword} ${JSON.stringify(error.params)}`),
    ...paths(manifest, '')
      .filter((path) => !read.has(path))
      .map((path) => `${name}: ${path} is not a field`),
  ];
}

async function load(kind: string): Promise<Validate | undefined> {
  const shape = SHAPES[kind];
  if (!shape) return undefined;
  const file = resolve('ops/tools/node_modules', `${shape}.js`);
  if (!existsSync(file)) throw new Error('the shapes are not here: run "npm ci --prefix ops/tools" first');
  return ((await import(pathToFileURL(file).href)) as { validate: Validate }).validate;
}

/** The validators pass over fields they don't know: what they never looked at is unknown. */
function observed<T>(value: T, path: string, read: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const own = Reflect.get(target, key) as unknown;
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return own;
      read.add(`${path}/${key}`);
      return observed(own, `${path}/${key}`, read);
    },
  });
}

function paths(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [`${path}/${key}`, ...paths(child, `${path}/${key}`)]);
}
