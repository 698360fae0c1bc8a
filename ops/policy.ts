import { type Container, type Labels, type Manifest, podOf, templateOf } from './manifest.js';

/** Rules for manifests that are well formed and still wrong. Each says in words what is missing. */
export function faultsOfPolicy(manifests: Manifest[]): string[] {
  return [
    ...manifests.flatMap(restricted),
    ...manifests.flatMap(secretive),
    ...manifests.flatMap(open),
    ...manifests.flatMap(migrating),
    ...manifests.flatMap((manifest) => selecting(manifest, manifests)),
    ...scaling(manifests),
    ...serving(manifests),
  ];
}

/** Kubernetes' "restricted" pod security standard, and what Atrium adds: no writable root, no token, set resources. */
function restricted(manifest: Manifest): string[] {
  const pod = podOf(manifest);
  if (!pod) return [];
  return [
    ...miss(manifest, {
      'runs as a user that is not root':
        pod.securityContext?.runAsNonRoot === true && pod.securityContext.runAsUser !== 0,
      'has the seccomp profile RuntimeDefault': pod.securityContext?.seccompProfile?.type === 'RuntimeDefault',
      'mounts no token of Kubernetes': pod.automountServiceAccountToken === false,
      'stays off the host': !pod.hostNetwork && !pod.volumes?.some(({ hostPath }) => hostPath),
    }),
    ...(pod.containers ?? []).flatMap((container) => contained(manifest, container)),
  ];
}

function contained(manifest: Manifest, { securityContext: context, resources }: Container): string[] {
  return miss(manifest, {
    'forbids privilege escalation': context?.allowPrivilegeEscalation === false && context.privileged !== true,
    'drops all capabilities':
      context?.capabilities?.drop?.includes('ALL') === true && !context.capabilities.add?.length,
    'has a read-only root': context?.readOnlyRootFilesystem === true,
    'has no root user of its own': context?.runAsUser !== 0,
    'requests processor and memory, and limits memory': Boolean(
      resources?.requests?.['cpu'] && resources.requests['memory'] && resources.limits?.['memory'],
    ),
  });
}

function secretive(manifest: Manifest): string[] {
  if (manifest.kind !== 'ConfigMap') return [];
  const said = JSON.stringify(manifest.data);
  return miss(manifest, {
    'holds no secret': !/:\/\/[^"/@\s]+:[^"/@\s]+@/.test(said) && !/JWT_SECRET|PASSWORD/.test(said),
  });
}

/** Nothing is open to everybody unless somebody said so. */
function open(manifest: Manifest): string[] {
  const { kind, spec } = manifest;
  if (kind === 'Service') {
    return miss(manifest, {
      'keeps metrics inside the cluster':
        (spec.type ?? 'ClusterIP') === 'ClusterIP' || spec.ports?.every(({ name }) => name !== 'metrics') === true,
    });
  }
  if (kind !== 'NetworkPolicy') return [];
  return miss(manifest, {
    'names who may call': (spec.ingress ?? []).every(({ from }) => from?.length),
    'names what is reached': (spec.egress ?? []).every(({ to }) => to?.length),
  });
}

/** A Job is never in the way of the next, and knows what it uses. */
function migrating(manifest: Manifest): string[] {
  if (!['Job', 'CronJob'].includes(manifest.kind)) return [];
  const [container] = podOf(manifest)?.containers ?? [];
  return miss(manifest, {
    'bears the number of its revision': manifest.kind === 'CronJob' || /-migrate-\d+$/.test(manifest.metadata.name),
    'has no secret of the server':
      container?.env?.every(({ name }) => !['JWT_SECRET', 'REDIS_URL'].includes(name)) === true,
  });
}

function selecting(manifest: Manifest, manifests: Manifest[]): string[] {
  const { kind, spec } = manifest;
  const labels = spec?.template?.metadata.labels;
  if (kind === 'Deployment' || kind === 'StatefulSet') {
    return miss(manifest, { 'selects its own pods': matches(spec.selector?.matchLabels, labels) });
  }
  const selector = kind === 'Service' ? (spec.selector as Labels) : spec?.selector?.matchLabels;
  const pods = manifests.flatMap((each) => {
    const template = templateOf(each);
    return template ? [template.metadata.labels] : [];
  });
  const selected = pods.filter((labels) => matches(selector, labels)).length;
  if (kind === 'Service' || kind === 'PodDisruptionBudget') {
    return miss(manifest, { 'selects the pods of one object': selected === 1 });
  }
  if (kind !== 'ServiceMonitor') return [];
  const services = manifests.filter((each) => each.kind === 'Service' && matches(selector, each.metadata.labels));
  const ports = new Set(services.flatMap((service) => service.spec.ports?.map(({ name }) => name) ?? []));
  return miss(manifest, {
    'scrapes a port that a Service has': spec.endpoints?.every(({ port }) => ports.has(port)) === true,
  });
}

function scaling(manifests: Manifest[]): string[] {
  const deployment = server(manifests);
  return manifests
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    .flatMap((scaler) =>
      miss(scaler, {
        'scales the Deployment': scaler.spec.scaleTargetRef?.name === deployment?.metadata.name,
        'alone says how many pods there are': deployment?.spec.replicas === undefined,
      }),
    );
}

/** Probes, ports and time to end of the server. */
function serving(manifests: Manifest[]): string[] {
  const deployment = server(manifests);
  const pod = deployment && podOf(deployment);
  const [container] = pod?.containers ?? [];
  if (!deployment || !pod || !container) return ['there is no Deployment'];
  const ports = container.ports?.map(({ name }) => name) ?? [];
  const config = manifests.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === deployment.metadata.name,
  );
  const service = manifests.find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === deployment.metadata.name,
  );
  const policies = manifests.filter(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === deployment.metadata.name,
  );
  const graceMs = Number(config?.data?.['SHUTDOWN_GRACE_MS']);
  return miss(deployment, {
    'is asked whether it lives at /health/live':
      container.livenessProbe?.httpGet?.path === '/health/live' &&
      container.startupProbe?.httpGet?.path === '/health/live',
    'is asked whether it is ready at /health/ready': container.readinessProbe?.httpGet?.path === '/health/ready',
    'is probed at ports that it has': [container.livenessProbe, container.readinessProbe, container.startupProbe].every(
      (probe) => ports.includes(String(probe?.httpGet?.port)),
    ),
    'listens where the environment says':
      String(container.ports?.find(({ name }) => name === 'http')?.containerPort) === config?.data?.['PORT'],
    'has every port of its Service':
      service?.spec.ports?.every(({ targetPort }) => ports.includes(String(targetPort))) === true,
    'has every port that the NetworkPolicy opens': policies.every(({ spec }) =>
      spec.ingress?.every((rule) => rule.ports?.every(({ port }) => ports.includes(String(port)))),
    ),
    'can be placed where nodes have no zones': (pod.topologySpreadConstraints ?? []).every(
      ({ topologyKey, whenUnsatisfiable: when }) => !topologyKey.endsWith('/zone') || when === 'ScheduleAnyway',
    ),
    'is killed only after its own grace': (pod.terminationGracePeriodSeconds ?? 30) * 1_000 > graceMs,
    'drains within its grace': Number(config?.data?.['DRAIN_DELAY_MS']) < graceMs,
  });
}

function server(manifests: Manifest[]): Manifest | undefined {
  return manifests.find(({ kind }) => kind === 'Deployment');
}

function matches(selector: Labels = {}, labels: Labels = {}): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

function miss({ kind, metadata }: Manifest, rules: Record<string, boolean>): string[] {
  return Object.entries(rules).flatMap(([rule, holds]) =>
    holds ? [] : [`${kind} ${metadata.name}: not so that it ${rule}`],
  );
}
