/** The only file that imports a YAML parser for tests; and what is in the manifests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kustomization, renderedFile } from '@edge-ocr/infra/kubernetes/rendered';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { parse, parseAllDocuments } from 'yaml';

export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** @throws YAMLParseError */
export function readYaml(path: string): unknown {
  return parse(readProjectFile(path), { merge: true });
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export function readManifests(name: Kustomization): Manifest[] {
  return parseAllDocuments(readFileSync(renderedFile(name), 'utf8')).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as Manifest;
  });
}

type Labels = Readonly<Record<string, string>>;
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly env?: readonly Variable[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly resources: { readonly limits: Labels; readonly requests: Labels };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext: unknown;
}
export interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: unknown;
  readonly containers: readonly [Container];
  readonly volumes?: readonly { readonly name: string; readonly emptyDir?: object }[];
  readonly topologySpreadConstraints: readonly unknown[];
  readonly tolerations?: readonly { readonly key: string }[];
}
export interface Workload extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly progressDeadlineSeconds?: number;
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
  };
}

/** Deployments and Jobs. */
export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  return manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job') as Workload[];
}

/** The one manifest of a kind. */
export function only<T extends Manifest>(manifests: readonly Manifest[], kind: string): T {
  const [first, ...others] = manifests.filter((manifest) => manifest.kind === kind);
  if (!first || others.length > 0) throw new Error(`${kind}: ${others.length + (first ? 1 : 0)} instead of one`);
  return first as T;
}
