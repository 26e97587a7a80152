import { createMetrics } from '@edge-ocr/gpu-node/metrics';
import { startTestCluster, type TestCluster } from '@edge-ocr/gpu-node/persist/cluster.fixture';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { newJobId } from '@edge-ocr/gpu-node/persist/job-id';
import { migrate } from '@edge-ocr/gpu-node/persist/migrate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Manifest, only, readManifests, readProjectFile } from './manifests.ts';

interface Trigger {
  readonly type: 'postgresql' | 'prometheus';
  readonly name: string;
  readonly metricType: 'AverageValue' | 'Value';
  readonly authenticationRef?: { readonly name: string };
  readonly metadata: Readonly<Record<string, string>>;
}
type ScaledObject = Manifest & {
  spec: { minReplicaCount: number; maxReplicaCount: number; fallback?: object; triggers: readonly Trigger[] };
};

const scaledObjects = (['cpu', 'gpu'] as const).map(
  (name) => [name, only<ScaledObject>(readManifests(name), 'ScaledObject').spec] as const,
);

let cluster: TestCluster;
let db: Database;
/** As KEDA would connect: with the role that docs/deployment.md makes. */
let scaler: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
  const url = new URL(await cluster.createDatabase());
  db = cluster.connect(url.href);
  await migrate(db);
  const [, statements] = /```sql\n(CREATE ROLE edge_ocr_scaler[\s\S]*?)```/.exec(
    readProjectFile('docs/deployment.md'),
  )!;
  await db.query(statements!.replace('PASSWORD …', `PASSWORD 'only-here'`));
  url.username = 'edge_ocr_scaler';
  url.password = 'only-here';
  scaler = cluster.connect(url.href);
});
afterAll(() => cluster?.stop());

async function askedValue({ metadata }: Trigger): Promise<number> {
  const { rows } = await scaler.query<Record<string, number>>(metadata.query!);
  expect(rows).toHaveLength(1);
  const values = Object.values(rows[0]!);
  expect(values).toEqual([expect.any(Number)]);
  return values[0]!;
}

/** Jobs that have waited for so long. */
async function enqueue(jobs: number, seconds: number): Promise<void> {
  const ids = Array.from({ length: jobs }, () => newJobId(Date.now() - seconds * 1000));
  await db.query('DELETE FROM ocr_processing_jobs');
  await db.query(
    `INSERT INTO ocr_processing_jobs (id, created_at, shop_id, user_id, image_url, options)
     SELECT id, uuid_v7_time(id), gen_random_uuid(), gen_random_uuid(), '', '' FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
}

describe.each(scaledObjects)('%s', (_, spec) => {
  const queue = spec.triggers.filter(({ type }) => type === 'postgresql');

  test('asks the database by what the scaler’s role may read: age and length of the queue', async () => {
    await db.query('DELETE FROM ocr_processing_jobs');
    for (const trigger of queue) expect(await askedValue(trigger)).toBe(0);
    await enqueue(3, 90);
    for (const trigger of queue) {
      const value = await askedValue(trigger);
      if (trigger.name === 'queue-age') expect(value).toSatisfy((age: number) => age >= 90 && age < 120);
      else expect(value).toBe(3);
    }
    await expect(scaler.query('SELECT * FROM image_access_log')).rejects.toThrow('permission denied');
    await expect(scaler.query(`UPDATE ocr_processing_jobs SET status = 'failed'`)).rejects.toThrow('permission denied');
    await expect(scaler.query('SELECT sha256 FROM ocr_processing_jobs')).rejects.toThrow('permission denied');
  });

  test('asks Prometheus for what nodes export', async () => {
    const { body } = await createMetrics().exposition([]);
    for (const { metadata } of spec.triggers.filter(({ type }) => type === 'prometheus')) {
      const [metric] = /ocr_\w+/.exec(metadata.query!)!;
      expect(body).toContain(`# TYPE ${metric} gauge`);
    }
  });

  test('has the access to the queue that the platform brings', () => {
    const access = only(readManifests('platform'), 'TriggerAuthentication').metadata.name;
    expect(queue.length).toBeGreaterThan(0);
    for (const { authenticationRef } of queue) expect(authenticationRef).toEqual({ name: access });
  });
});

test('nodes that take jobs in are always there, and the others are woken by what waits outside of them', () => {
  const [cpu, gpu] = scaledObjects.map(([, spec]) => spec);
  expect(cpu!.minReplicaCount).toBeGreaterThanOrEqual(2);
  expect(gpu!.minReplicaCount).toBe(0);
  const waking = gpu!.triggers.filter(({ metadata }) => Number(metadata.activationTargetQueryValue) > 0);
  expect(waking.map(({ type }) => type)).toEqual(['postgresql', 'postgresql']);
  // Without an answer some stay some; a fallback would also call the first of none.
  expect(cpu!.fallback).toMatchObject({ behavior: 'currentReplicasIfHigher' });
  expect(gpu!.fallback).toBeUndefined();
});
