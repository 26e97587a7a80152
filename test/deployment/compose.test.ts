import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, parseConfig } from '@edge-ocr/gpu-node/config';
import { longestShutdownMs } from '@edge-ocr/gpu-node/shutdown-time';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { VERSION } from '@edge-ocr/shared/version';
import { describe, expect, test } from 'vitest';
import { readProjectFile, readYaml } from './manifests.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly command?: readonly string[];
  readonly restart: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, string | number>> } };
}

const compose = readYaml('infra/compose.yaml') as { services: Record<string, Service>; volumes: object };
const { services } = compose;
const MONITORING = join(ROOT, 'infra', 'monitoring');
const text = readProjectFile('infra/compose.yaml');
const example = readProjectFile('infra/compose/example.env');
const exampleNames = [...example.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!] as const);
const secrets = Object.fromEntries(exampleNames.map(([name]) => [name, '0123456789abcdef'.repeat(4)]));

/** As compose fills in what is written $… or ${…}. */
function filled(value: string | number): string {
  return String(value).replace(/\$\{(\w+)(:[^}]*)?\}/g, (_, name: string) => secrets[name] ?? '');
}

function environmentOf({ environment = {} }: Service): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value)]));
}

describe.each(Object.entries(services))('%s', (_, service) => {
  const isJob = service.restart === 'no';

  test('runs an image of an exact version, within limits, without capabilities', () => {
    expect(service.image).toMatch(/:(v?\d+\.\d+(\.\d+)?(-\w+)?|RELEASE\.\d{4}-\d{2}-\d{2}T\S+Z)$/);
    expect(service.deploy.resources.limits).toEqual({
      cpus: expect.stringMatching(/^[\d.]+$/),
      memory: expect.stringMatching(/^\d+[mg]$/),
      pids: expect.any(Number),
    });
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  test('is a job that ends, or says whether it is well and starts again', () => {
    expect(service.healthcheck !== undefined).toBe(!isJob);
    if (!isJob) expect(service).toMatchObject({ restart: 'unless-stopped', healthcheck: { test: expect.any(Array) } });
  });

  test('is reached from this machine alone', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('waits for services that are there, and for their health', () => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      const job = services[name]?.restart === 'no';
      expect(condition, name).toBe(job ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  test('mounts files that are there, and volumes that are declared', () => {
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (!source.startsWith('./')) {
        expect(Object.keys(compose.volumes)).toContain(source);
        continue;
      }
      expect(volume.endsWith(':ro')).toBe(true);
      if (!source.startsWith('./monitoring') || existsSync(MONITORING)) {
        expect(existsSync(join(ROOT, 'infra', source)), source).toBe(true);
      }
    }
  });
});

describe('the node', () => {
  const node = services.node!;
  const environment = environmentOf(node);
  const config: Config = parseConfig(environment);

  test('has variables that a node knows, each of them', () => {
    expect(Object.keys(config)).toEqual(expect.arrayContaining(Object.keys(environment)));
  });

  test('asks the stores under the names and ports that they have here', () => {
    const { KAFKA_LISTENERS, KAFKA_ADVERTISED_LISTENERS } = services.kafka!.environment!;
    expect(config.KAFKA_BROKERS).toEqual(['kafka:19092']);
    expect(KAFKA_LISTENERS).toContain('INSIDE://:19092');
    expect(KAFKA_ADVERTISED_LISTENERS).toContain('INSIDE://kafka:19092');
    expect(new URL(config.DATABASE_URL!)).toMatchObject({ hostname: 'postgres', port: '5432' });
    expect(services['redis-rest']!.ports).toEqual([
      `127.0.0.1:8079:${new URL(config.UPSTASH_REDIS_REST_URL!).port || 80}`,
    ]);
    expect(services.bucket!.command).toContain(`store/${config.S3_BUCKET}`);
    const { POSTGRES_USER, POSTGRES_DB } = services.postgres!.environment!;
    expect(config.DATABASE_URL).toMatch(new RegExp(`//${POSTGRES_USER}:.*/${POSTGRES_DB}$`));
    expect(JSON.stringify(readYaml('infra/compose/targets/nodes.yml'))).toContain(`"node:${config.NODE_PORT}"`);
  });

  test('and the job that migrates are this version, built from one file', () => {
    const { migrate } = services;
    expect(migrate!.environment!.DATABASE_URL).toBe(node.environment!.DATABASE_URL);
    for (const { image, build } of [node, migrate!]) {
      expect(image).toBe(`edge-ocr-node:${VERSION}-cpu`);
      expect(build).toEqual({ context: '..', dockerfile: 'infra/docker/gpu-node.Dockerfile', target: 'cpu' });
    }
    expect(existsSync(join(ROOT, migrate!.command!.at(-1)!))).toBe(true);
  });

  test('is given longer to go than it takes', () => {
    const [, seconds] = /^(\d+)s$/.exec(node.stop_grace_period!)!;
    expect(Number(seconds) * 1000).toBeGreaterThanOrEqual(longestShutdownMs(config));
  });
});

test('every secret is asked for by name, none is written down, and the example names them all', () => {
  const required = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!));
  const used = new Set([...text.matchAll(/\$\{(\w+)[:}]/g)].map(([, name]) => name!));
  expect(exampleNames.map(([name]) => name).sort()).toEqual([...required].sort());
  expect(exampleNames.filter(([, value]) => value !== '')).toEqual([]);
  // Empty unless the tunnel runs.
  expect([...used].filter((name) => !required.has(name))).toEqual(['TUNNEL_TOKEN']);
  for (const service of Object.values(services)) {
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      if (/SECRET|TOKEN|PASSWORD|KEY/.test(name)) expect(value, name).toMatch(/^\$\{\w+/);
    }
  }
});

const DOCKERFILE = 'infra/docker/gpu-node.Dockerfile';
test.runIf(existsSync(join(ROOT, DOCKERFILE)))('the image is as compose and Kubernetes count on', () => {
  const stages = readProjectFile(DOCKERFILE).split(/^FROM /m);
  for (const target of ['cpu', 'gpu']) {
    const stage = stages.find((lines) => new RegExp(`^\\S+ AS ${target}$`, 'm').test(lines));
    for (const line of ['WORKDIR /app', 'USER 10001:10001', 'EXPOSE 8788', 'VOLUME /data', 'STOPSIGNAL SIGTERM']) {
      expect(stage?.split('\n'), target).toContain(line);
    }
    expect(stage).toContain('COPY gpu-node ./gpu-node');
  }
});
