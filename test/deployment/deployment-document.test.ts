import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestCluster, type TestCluster } from '@edge-ocr/gpu-node/persist/cluster.fixture';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { readManifests, readProjectFile, workloadsOf } from './manifests.ts';

const text = readProjectFile('docs/deployment.md');
/** Blocks of shell commands, in order. */
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);

let folder: string;
let cluster: TestCluster;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-ocr-deployment-'));
  cluster = await startTestCluster();
});
afterAll(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('files and commands that it names are there', () => {
  const made = /^infra\/compose\.env$/;
  const paths = [...text.matchAll(/\b(?:infra|edge|test)\/[\w./-]*\w/g)]
    .map(([path]) => path)
    .filter((p) => !made.test(p));
  expect(paths.length).toBeGreaterThan(10);
  for (const path of paths) expect(existsSync(join(ROOT, path)), path).toBe(true);
  const scripts = [...text.matchAll(/npm run (\w[\w:]*)/g)].map(([, name]) => name);
  expect(Object.keys(packageFile.scripts)).toEqual(expect.arrayContaining(scripts));
});

test('the Secrets that it tells to make are those that the manifests refer to, with their keys', () => {
  const referred = new Map<string, Set<string>>();
  for (const { spec } of (['platform', 'migrate', 'cpu', 'gpu'] as const).flatMap((n) =>
    workloadsOf(readManifests(n)),
  )) {
    for (const { valueFrom } of spec.template.spec.containers.flatMap(({ env }) => env ?? [])) {
      const { name, key } = valueFrom?.secretKeyRef ?? {};
      if (name && key) referred.set(name, (referred.get(name) ?? new Set()).add(key));
    }
  }
  expect([...referred.keys()].sort()).toEqual(['edge-ocr-node', 'edge-ocr-tunnel']);
  for (const [name, keys] of referred) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    expect([...row!.matchAll(/`([A-Z_0-9]+)`/g)].map(([, key]) => key).sort()).toEqual([...keys].sort());
  }
});

test('its command fills in every secret of compose, each with another, for nobody else to read', async () => {
  const command = commands.find((block) => block.includes('infra/compose/example.env'));
  await mkdir(join(folder, 'infra'));
  await cp(join(ROOT, 'infra', 'compose'), join(folder, 'infra', 'compose'), { recursive: true });
  await promisify(execFile)('sh', ['-ec', command!], { cwd: folder });
  const file = join(folder, 'infra', 'compose.env');
  const values = [...(await readFile(file, 'utf8')).matchAll(/^[A-Z]\w*=(.*)$/gm)].map(([, value]) => value);
  expect(values.length).toBeGreaterThan(5);
  for (const value of values) expect(value).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(values).size).toBe(values.length);
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('its second login of the database acts as the first', async () => {
  const [, statements] = /```sql\n(CREATE ROLE edge_ocr_2[\s\S]*?)```/.exec(text)!;
  const url = new URL(await cluster.createDatabase());
  const admin = cluster.connect(url.href);
  // The embedded server has the first already, which owns it.
  await admin.query(statements!.replace('PASSWORD …', `PASSWORD 'only-here'`));
  Object.assign(url, { username: 'edge_ocr_2', password: 'only-here' });
  const second = cluster.connect(url.href);
  await second.query('CREATE TABLE made_by_the_second (id int)');
  const { rows } = await admin.query<{ tableowner: string }>(
    `SELECT tableowner FROM pg_tables WHERE tablename = 'made_by_the_second'`,
  );
  expect(rows).toEqual([{ tableowner: 'edge_ocr' }]);
});
