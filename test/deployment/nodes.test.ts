import type { NodeDependencies } from '@edge-ocr/gpu-node/app';
import { type Config, parseConfig } from '@edge-ocr/gpu-node/config';
import { createMetrics } from '@edge-ocr/gpu-node/metrics';
import { registerOperations } from '@edge-ocr/gpu-node/routes/operations';
import { longestShutdownMs } from '@edge-ocr/gpu-node/shutdown-time';
import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { type Container, type Manifest, only, readManifests, type Workload } from './manifests.ts';

const POD_IP = '10.1.2.3';
/** What an operator's Secret edge-ocr-node would hold. */
const SECRETS: Record<string, string> = {
  INTERNAL_SECRET: 'x'.repeat(32),
  INTERNAL_SECRET_PREVIOUS: 'z'.repeat(32),
  CALLBACK_SECRET: 'y'.repeat(32),
  DATABASE_URL: 'postgres://edge_ocr:password@postgres.example.com:5432/edge_ocr',
  UPSTASH_REDIS_REST_URL: 'https://redis.example.com',
  UPSTASH_REDIS_REST_TOKEN: 'token',
  S3_ACCESS_KEY_ID: 'id',
  S3_SECRET_ACCESS_KEY: 'key',
  KAFKA_SASL_USERNAME: 'edge-ocr',
  KAFKA_SASL_PASSWORD: 'password',
};
const platform = readManifests('platform');

/** The environment that Kubernetes would give a container. */
function environmentOf(container: Container, manifests: readonly Manifest[]): Record<string, string> {
  const { data, metadata } = only<Manifest & { data: Record<string, string> }>(manifests, 'ConfigMap');
  expect(container.envFrom).toEqual([{ configMapRef: { name: metadata.name } }]);
  const environment: Record<string, string> = { ...data };
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (name === 'POD_IP') environment[name] = POD_IP;
    else if (valueFrom?.secretKeyRef) environment[name] = SECRETS[valueFrom.secretKeyRef.key]!;
    else environment[name] = value!.replace(/\$\((\w+)\)/g, (_, other) => environment[other]!);
  }
  return environment;
}

test('a node is reached by the tunnel and by Prometheus, and by nobody else', () => {
  interface Policy extends Manifest {
    readonly spec: {
      readonly podSelector: object;
      readonly policyTypes: string[];
      readonly ingress?: { from: object[] }[];
    };
  }
  const policies = platform.filter(({ kind }) => kind === 'NetworkPolicy') as Policy[];
  const everything = policies.find(({ metadata }) => metadata.name === 'default-deny');
  expect(everything?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const openings = policies.filter(({ spec }) => spec.ingress);
  expect(openings.map(({ metadata }) => metadata.name)).toEqual(['node']);
  expect(openings[0]!.spec.ingress!.map(({ from }) => from)).toEqual([
    [
      { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'edge-ocr-tunnel' } } },
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
      },
    ],
  ]);
});

describe.each(['cpu', 'gpu'] as const)('the nodes of the overlay %s', (overlay) => {
  const manifests = readManifests(overlay);
  const deployment = only<Workload>(manifests, 'Deployment');
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;
  const environment = environmentOf(container, manifests);
  const config: Config = parseConfig(environment);

  test('have variables that a node knows, each of them', () => {
    const { POD_IP: _, EXECUTION_PROVIDER: provider, ...own } = environment;
    expect(Object.keys(config)).toEqual(expect.arrayContaining(Object.keys(own)));
    expect(provider).toBe(overlay === 'gpu' ? 'cuda' : 'cpu');
    expect(config).toMatchObject({ NODE_PUBLIC_URL: `http://${POD_IP}:8788`, IMAGE_STORE: 's3', NODE_HOST: '0.0.0.0' });
  });

  test('listen where the Service, the probes and the policies look', () => {
    const [port] = container.ports!;
    expect(port).toEqual({ name: 'http', containerPort: config.NODE_PORT });
    const { spec: service } = only<Manifest & { spec: { ports: unknown[] } }>(platform, 'Service');
    expect(service.ports).toMatchObject([{ port: config.NODE_PORT, targetPort: port!.name }]);
    for (const name of ['node', 'tunnel']) {
      const policy = platform.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === name);
      expect(JSON.stringify(policy)).toContain(`"port":${config.NODE_PORT}`);
    }
  });

  test('are probed where the app answers', async () => {
    const app = Fastify();
    registerOperations(app, {
      config,
      metrics: createMetrics(),
      engine: { modelVersion: 'test-1' },
    } as NodeDependencies);
    const { startupProbe, readinessProbe, livenessProbe } = container;
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
      expect(app.hasRoute({ method: 'GET', url: httpGet.path }), httpGet.path).toBe(true);
      expect(httpGet.port).toBe('http');
    }
    // A database that is away must not restart every node.
    expect([readinessProbe.httpGet.path, livenessProbe.httpGet.path]).toEqual(['/ready', '/live']);
    expect(livenessProbe.periodSeconds * livenessProbe.failureThreshold).toBeGreaterThanOrEqual(60);
    // Kubernetes' own bound on a rollout, unless another is set.
    const { progressDeadlineSeconds = 600 } = deployment.spec;
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeLessThan(progressDeadlineSeconds);
  });

  test('are given longer to go than they take', () => {
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThanOrEqual(longestShutdownMs(config));
  });

  test('can write where a node writes, and nowhere else', () => {
    const mounted = container.volumeMounts!.map(({ mountPath }) => mountPath);
    expect(mounted).toEqual([config.DATA_DIR, '/tmp']);
    expect(pod.volumes!.every(({ emptyDir }) => emptyDir !== undefined)).toBe(true);
  });

  test('are found by Service, policies and budget, and numbered by KEDA alone', () => {
    const { labels } = deployment.spec.template.metadata;
    const selectors = [
      only<Manifest & { spec: { selector: { matchLabels: object } } }>(manifests, 'PodDisruptionBudget').spec.selector
        .matchLabels,
      only<Manifest & { spec: { selector: object } }>(platform, 'Service').spec.selector,
      { 'app.kubernetes.io/name': 'edge-ocr-node' },
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
    const scaled = only<Manifest & { spec: { scaleTargetRef: { name: string } } }>(manifests, 'ScaledObject');
    expect(scaled.spec.scaleTargetRef.name).toBe(deployment.metadata.name);
    expect(deployment.spec.replicas).toBeUndefined();
    expect(pod.topologySpreadConstraints).toHaveLength(2);
  });

  test('have a GPU where they need one', () => {
    const wanted = container.resources.limits['nvidia.com/gpu'];
    const tolerated = pod.tolerations?.some(({ key }) => key === 'nvidia.com/gpu') ?? false;
    expect([wanted, tolerated]).toEqual(overlay === 'gpu' ? ['1', true] : [undefined, false]);
    expect(container.image.endsWith(`-${overlay}`)).toBe(true);
  });
});
