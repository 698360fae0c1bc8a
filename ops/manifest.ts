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
  selector?: { matchLabels?: Labels };
  strategy?: { type: string };
  template?: { metadata: { labels: Labels }; spec: PodSpec };
  scaleTargetRef?: { kind: string; name: string };
  ports?: Port[];
  endpoints?: { port: string; path: string }[];
  ingress?: { ports: { port: string | number }[] }[];
}

export interface PodSpec {
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type: string } };
  hostNetwork?: boolean;
  volumes?: { name: string; hostPath?: object }[];
  containers?: Container[];
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
  return kind === 'Pod' ? spec : spec?.template?.spec;
}
