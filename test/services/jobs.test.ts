import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { connectPostgres } from '@edge-ocr/gpu-node/persist/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call, dataOf, PROCESS_PATH } from '../end-to-end/api-client.ts';
import { internalClaims, signToken } from '../end-to-end/internal-token.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { type OwnPostgres, startOwnPostgres } from './own-postgres.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import { serviceUrl } from './service-url.ts';
import { ticket } from './steady-load.ts';

const JOBS = 200;
const PATIENCE = { timeout: 120_000, interval: 250 };

const databaseUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const jar = serviceUrl('TEST_S3_JAR', 's3mock-4.11.0-exec.jar, see test/services/s3-server.ts');

/** With a PostgreSQL and an S3 server of its own, because it breaks what it runs on. */
describe.skipIf(!databaseUrl || !jar)('jobs on two nodes', () => {
  const secret = randomBytes(32).toString('base64url');
  const shops = [randomUUID(), randomUUID()];
  const nodes = new Map<string, NodeProcess>();
  let postgres: OwnPostgres;
  let s3: S3Server;
  let db: Database;

  beforeAll(async () => {
    [postgres, s3] = await Promise.all([startOwnPostgres(), startS3Server(jar!)]);
    db = connectPostgres({ url: postgres.url, poolSize: 2 });
    await Promise.all(['a', 'b'].map(start));
  });
  afterAll(async () => {
    await Promise.all([...nodes.values()].map((node) => node.end('SIGKILL')));
    await db?.close();
    await Promise.all([postgres?.stop(), s3?.stop()]);
  });

  async function start(id: string): Promise<NodeProcess> {
    const node = await startNodeProcess(id, {
      INTERNAL_SECRET: secret,
      DATABASE_URL: postgres.url,
      IMAGE_STORE: 's3',
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: s3.bucket,
      S3_ACCESS_KEY_ID: 'test',
      S3_SECRET_ACCESS_KEY: 'test-secret',
      S3_PATH_STYLE: 'true',
      JOB_CONCURRENCY: '4',
      DRAIN_NOTICE_MS: '500',
      // Beside the pool: it announces itself nowhere.
      NODE_PUBLIC_URL: '',
    });
    nodes.set(id, node);
    return node;
  }

  function end(id: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const node = nodes.get(id)!;
    nodes.delete(id);
    return node.end(signal);
  }

  async function ask(node: NodeProcess, path: string, image: Buffer, shopId: string): Promise<Answer> {
    const target = `${path}?type=receipt`;
    const claims = { ...internalClaims('POST', target, image), shop_id: shopId };
    const headers = { authorization: `Bearer ${signToken(claims, secret)}`, 'content-type': 'image/png' };
    return await call(node.url + target, { method: 'POST', headers, body: new Uint8Array(image) });
  }

  /** Accepted by the nodes in turn, for the shops in turn. @returns ids. */
  async function acceptJobs(count: number, from: number): Promise<string[]> {
    const images = await Promise.all(Array.from({ length: count }, (_, i) => ticket(from + i)));
    const ids: string[] = [];
    let next = 0;
    const client = async () => {
      while (next < count) {
        const i = next++;
        const node = [...nodes.values()][i % nodes.size]!;
        const answer = await ask(node, `${PROCESS_PATH}/async`, images[i]!, shops[i % 2]!);
        expect(answer.status).toBe(202);
        ids.push(dataOf<{ job_id: string }>(answer).job_id);
      }
    };
    await Promise.all(Array.from({ length: 16 }, client));
    return ids;
  }

  async function statuses(ids: readonly string[]): Promise<Record<string, number>> {
    const counted = `SELECT status, count(*)::int AS jobs FROM ocr_processing_jobs WHERE id = ANY ($1::uuid[]) GROUP BY status`;
    const { rows } = await db.query<{ status: string; jobs: number }>(counted, [ids]);
    return Object.fromEntries(rows.map(({ status, jobs }) => [status, jobs]));
  }
  const completed = async (ids: readonly string[]) => (await statuses(ids).catch(() => ({}) as never)).completed ?? 0;

  async function expectOnceEach(ids: readonly string[]): Promise<void> {
    const { rows: events } = await db.query<{ type: string; jobs: number; events: number }>(
      `SELECT type, count(DISTINCT payload ->> 'subject')::int AS jobs, count(*)::int AS events FROM outbox
       WHERE payload ->> 'subject' = ANY ($1) GROUP BY type`,
      [ids],
    );
    expect(events).toEqual([{ type: 'ocr.completed', jobs: ids.length, events: ids.length }]);
    // A relay that reads by id tells each shop of its results in the order in which they were kept.
    const { rows: disorder } = await db.query(
      `SELECT id FROM (SELECT id, key, created_at, lag(created_at) OVER (PARTITION BY key ORDER BY id) AS before FROM outbox) event
       WHERE created_at < before - interval '5 seconds'`,
    );
    expect(disorder).toEqual([]);
    const left = `SELECT state, count(*)::int AS jobs FROM pgboss.job WHERE name = 'ocr' AND state <> 'completed' GROUP BY state`;
    expect((await db.query(left)).rows).toEqual([]);
  }

  it('all end completed, once each, though one node is killed and PostgreSQL crashes', async () => {
    const ids = await acceptJobs(JOBS, 10_000);
    expect(new Set(ids).size).toBe(JOBS);
    await expect.poll(() => completed(ids), { ...PATIENCE, interval: 20 }).toBeGreaterThan(JOBS / 4);
    expect(await end('a', 'SIGKILL')).toBeNull();
    expect(await completed(ids)).toBeLessThan(JOBS);
    await postgres.restart();
    await expect.poll(() => completed(ids), PATIENCE).toBe(JOBS);
    expect(await statuses(ids)).toEqual({ completed: JOBS });
    await expectOnceEach(ids);
  });

  it('SIGTERM under load loses neither a job nor a request', async () => {
    const leaving = await start('c');
    const ids = await acceptJobs(60, 30_000);
    const images = await Promise.all(Array.from({ length: 8 }, (_, i) => ticket(40_000 + i)));
    const requests = images.map((image) => ask(leaving, PROCESS_PATH, image, shops[0]!));
    await expect.poll(async () => inFlight(leaving), { ...PATIENCE, interval: 5 }).toBeGreaterThan(3);
    expect(await end('c', 'SIGTERM')).toBe(0);
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(images.map(() => 200));
    await expect.poll(() => completed(ids), PATIENCE).toBe(ids.length);
    await expectOnceEach(ids);
  });

  it('an image is read again from the store of all nodes, whichever takes its job', async () => {
    const image = await ticket(50_000);
    const node = [...nodes.values()][0]!;
    const { job_id } = dataOf<{ job_id: string }>(await ask(node, `${PROCESS_PATH}/async`, image, shops[1]!));
    await expect.poll(() => completed([job_id]), PATIENCE).toBe(1);
    const target = `/api/v1/ocr/jobs/${job_id}`;
    const claims = { ...internalClaims('GET', target, Buffer.alloc(0)), shop_id: shops[1]! };
    const answer = await call(node.url + target, {
      headers: { authorization: `Bearer ${signToken(claims, secret)}` },
    });
    expect(dataOf(answer)).toMatchObject({
      status: 'completed',
      progress_percentage: 100,
      result: { image: { sha256: createHash('sha256').update(image).digest('hex') } },
    });
  });

  async function inFlight(node: NodeProcess): Promise<number> {
    const health = await call(`${node.url}/api/v1/health`);
    return dataOf<{ queue_status: { processing_jobs: number } }>(health).queue_status.processing_jobs;
  }
});
