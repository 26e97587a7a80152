import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { buildWebClientIfStale } from '@edge-ocr/infra/web/web-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { experimental_readRawConfig as readRawConfig } from 'wrangler';

const CONFIG = join(ROOT, 'edge', 'wrangler.jsonc');
/** What wrangler hands down to environments, or has no say in what the Worker can reach. */
const INHERITED = [
  '$schema',
  'name',
  'main',
  'compatibility_date',
  'keep_names',
  'observability',
  'migrations',
  'triggers',
  'env',
];
type Section = Record<string, unknown>;
const { rawConfig } = readRawConfig({ config: CONFIG });
const top = rawConfig as Section;
const environments = rawConfig.env as Record<string, Section>;

/** The names that the Worker sees, of any kind of binding. */
function bindingsOf(section: unknown): string[] {
  return [...JSON.stringify(section).matchAll(/"(?:binding|name)":"([A-Z_]+)"/g)].map(([, name]) => name!).sort();
}

test('there are two environments', () => {
  expect(Object.keys(environments).sort()).toEqual(['production', 'staging']);
});

describe.each(Object.keys(environments))('the environment %s', (name) => {
  const environment = environments[name]!;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-ocr-wrangler-'));
    await buildWebClientIfStale();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('says everything anew that wrangler does not hand down', () => {
    const sections = Object.keys(top).filter((key) => !INHERITED.includes(key));
    for (const key of sections) {
      if (key === 'vars') continue;
      expect(bindingsOf(environment[key] ?? null), key).toEqual(bindingsOf(top[key]));
    }
    expect(Object.keys(environment.vars as object)).toEqual(Object.keys(top.vars as object));
  });

  test('has variables as the Worker has them, but for what differs by place', () => {
    const ownVariables = ['NODE_URLS', 'ALLOWED_ORIGINS', 'JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE'];
    for (const [variable, value] of Object.entries(top.vars as object)) {
      if (!ownVariables.includes(variable)) expect(environment.vars).toHaveProperty(variable, value);
    }
    expect(JSON.stringify(environment)).not.toMatch(/JWT_SECRET|INTERNAL_SECRET|REST_TOKEN/);
  });

  test('keeps its originals apart', () => {
    expect(JSON.stringify(environment.r2_buckets)).toContain(`"edge-ocr-images-${name}"`);
  });

  test('can be packed, with each of them', async () => {
    const wrangler = join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
    const args = [wrangler, 'deploy', '--dry-run', '--env', name, '--config', CONFIG, '--outdir', folder];
    const env = { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
    for (const binding of [...bindingsOf(environment), ...Object.keys(environment.vars as object)]) {
      expect(stdout).toContain(`env.${binding} `);
    }
    expect(stdout).toContain('--dry-run: exiting now.');
    expect(stderr).not.toContain('WARNING');
  }, 60_000);
});
