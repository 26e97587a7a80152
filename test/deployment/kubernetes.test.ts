import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KUSTOMIZATIONS, type Kustomization, renderedFile, renderedHeader } from '@edge-ocr/infra/kubernetes/rendered';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { VERSION } from '@edge-ocr/shared/version';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import schemas from './kubernetes-schemas.json' with { type: 'json' };
import { type Manifest, readManifests, workloadsOf } from './manifests.ts';

const NAMES = Object.keys(KUSTOMIZATIONS) as Kustomization[];
const all = NAMES.flatMap(readManifests);
const ajv = new Ajv({ strict: false, allErrors: true });

/** What the published schema of its kind says against a manifest. */
function problemsOf(manifest: Manifest): string[] {
  const schema = (schemas.kinds as Record<string, object>)[`${manifest.apiVersion}/${manifest.kind}`];
  if (!schema) return [`${manifest.apiVersion}/${manifest.kind} is not known`];
  const validate = ajv.compile({ ...schema, definitions: schemas.definitions });
  validate(manifest);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** A copy with one value changed, at a path of keys. */
function changed(manifest: Manifest, path: readonly (string | number)[], value: unknown): Manifest {
  const copy = structuredClone(manifest);
  // biome-ignore lint/suspicious/noExplicitAny: any place of any manifest.
  const parent = path.slice(0, -1).reduce<any>((place, key) => place[key], copy);
  parent[path.at(-1)!] = value;
  return copy;
}

test.each(NAMES)('%s was rendered from the sources that are here; else run `npm run manifests`', (name) => {
  expect(readFileSync(renderedFile(name), 'utf8').split('\n')[0]).toBe(renderedHeader().trim());
});

test.each(all.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
  '%s %s is as the published schemas of Kubernetes and KEDA want it',
  (_kind, _name, manifest) => {
    expect(problemsOf(manifest)).toEqual([]);
  },
);

test('those schemas refuse what is wrong', () => {
  const find = (kind: string) => all.find((manifest) => manifest.kind === kind)!;
  const container = ['spec', 'template', 'spec', 'containers', 0];
  const wrong = [
    changed(find('Deployment'), [...container, 'livenesProbe'], {}),
    changed(find('Deployment'), [...container, 'ports', 0, 'containerPort'], 'http'),
    changed(find('Deployment'), [...container, 'image'], 3),
    changed(find('Deployment'), ['spec', 'selector'], undefined),
    changed(find('NetworkPolicy'), ['spec', 'podSelector'], 'all'),
    changed(find('ScaledObject'), ['spec', 'fallback', 'replicas'], 'two'),
    changed(find('ScaledObject'), ['spec', 'fallback', 'behavior'], 'guess'),
    changed(find('ScaledObject'), ['spec', 'triggers', 0, 'metadata', 'threshold'], 12),
    { ...find('Job'), apiVersion: 'batch/v2' },
  ];
  for (const manifest of wrong) expect(problemsOf(JSON.parse(JSON.stringify(manifest)))).not.toEqual([]);
});

describe('every pod', () => {
  const workloads = workloadsOf(all).map((workload) => [workload.metadata.name, workload.spec.template.spec] as const);
  test.each(workloads)('%s may do nothing but its work', (_, pod) => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      serviceAccountName: 'edge-ocr',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const { securityContext, resources } of pod.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(resources).toMatchObject({
        requests: { cpu: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  });

  test.each(workloads)('%s runs an image of an exact version, ours of this one', (_, pod) => {
    for (const { image, command } of pod.containers) {
      expect(image).toMatch(/:\d+\.\d+\.\d+(-\w+)?$/);
      if (image.includes('edge-ocr')) {
        expect(image.split('/').at(-1)).toMatch(
          new RegExp(`^edge-ocr-node:${VERSION.replaceAll('.', '\\.')}-(cpu|gpu)$`),
        );
      }
      for (const file of command?.filter((word) => word.endsWith('.ts')) ?? []) {
        expect(existsSync(join(ROOT, file)), file).toBe(true);
      }
    }
  });
});

test('everything is in one namespace, and no secret is among it', () => {
  const placed = all.filter(({ kind }) => kind !== 'Namespace');
  expect(new Set(placed.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['edge-ocr']));
  expect(all.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  const values = workloadsOf(all).flatMap(({ spec }) => spec.template.spec.containers.flatMap(({ env }) => env ?? []));
  for (const { name, value, valueFrom } of values) {
    if (/SECRET|TOKEN|PASSWORD|KEY|DATABASE_URL/.test(name)) {
      expect(value, name).toBeUndefined();
      expect(valueFrom?.secretKeyRef?.key).toBe(name);
    }
  }
});
