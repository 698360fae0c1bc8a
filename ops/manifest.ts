/** The parts of Kubernetes' objects that the checks look at; `shape.ts` checks all the others. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Labels; annotations?: Labels };
  spec: Spec;
  data?: Labels;
  stringData?: Labels;
}

export type Labels = Record<string, string>;

interface Spec extends PodSpec {
  replicas?: number;
  ttlSecondsAfterFinished?: number;
  selector?: { matchLabels?: Labels };
  strategy?: { type: string };
  template?: { metadata: { labels: Labels }; spec: PodSpec };
  jobTemplate?: { spec: Spec };
  schedule?: string;
  scaleTargetRef?: { kind: string; name: string };
  type?: string;
  ports?: Port[];
  endpoints?: { port: string; path: string }[];
  podSelector?: Selector;
  policyTypes?: Direction[];
  ingress?: { from?: Peer[]; ports?: PolicyPort[] }[];
  egress?: { to?: Peer[]; ports?: PolicyPort[] }[];
}

export type Direction = 'Ingress' | 'Egress';

export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** The peers of a rule of a NetworkPolicy. */
export interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}

export interface PolicyPort {
  protocol?: string;
  port?: string | number;
  endPort?: number;
}

export interface PodSpec {
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type: string } };
  hostNetwork?: boolean;
  volumes?: { name: string; hostPath?: object }[];
  containers?: Container[];
  topologySpreadConstraints?: { topologyKey: string; whenUnsatisfiable: string; nodeTaintsPolicy?: string }[];
}

export interface Container {
  name: string;
  image: string;
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    privileged?: boolean;
    runAsUser?: number;
    capabilities?: { drop?: string[]; add?: string[] };
  };
  ports?: { name: string; containerPort: number }[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  volumeMounts?: { name: string; mountPath: string }[];
  resources?: { requests?: Labels; limits?: Labels };
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
}

interface Probe {
  httpGet?: { path: string; port: string | number };
}

interface Port {
  name: string;
  port: number;
  targetPort: string | number;
}

/** The pods that an object makes: its own, or those of its template. */
export function podOf({ kind, spec }: Manifest): PodSpec | undefined {
  return kind === 'Pod' ? spec : templateOf({ spec })?.spec;
}

/** The template of an object's pods; a CronJob has it in that of its Jobs. */
export function templateOf({ spec }: Pick<Manifest, 'spec'>): Spec['template'] {
  return spec?.template ?? spec?.jobTemplate?.spec.template;
}
