import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { signAccessToken } from '@edge-ocr/infra/local/access-token';
import { type RunningEdge, startEdge } from '@edge-ocr/infra/local/edge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, call, dataOf, nodeRequests, PROCESS_PATH, resultOf } from '../end-to-end/api-client.ts';
import { type Finished, runCommand } from '../end-to-end/command.ts';
import { internalClaims, signToken } from '../end-to-end/internal-token.ts';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';
import { type SharedRedis, startSharedRedis } from './shared-redis.ts';
import { send, startLoad, ticket } from './steady-load.ts';

const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');
const databaseUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
/** A database of Redis that no other test uses: a pool is all nodes that announce themselves there. */
const REDIS_DATABASE = 8;
const PER_SECOND = 20;
const PATIENCE = { timeout: 60_000, interval: 100 };

describe.skipIf(!redisUrl || !databaseUrl)('a pool of three nodes', () => {
  const secret = randomBytes(32).toString('base64url');
  const jwtSecret = randomBytes(32).toString('base64url');
  const shopId = randomUUID();
  let redis: SharedRedis;
  let database: ScratchDatabase;
  let edge: RunningEdge;
  let edgeData: string;
  let clients: ApiClient[];
  const nodes = new Map<string, NodeProcess>();

  beforeAll(async () => {
    redis = await startSharedRedis(redisUrl!, REDIS_DATABASE);
    database = await createScratchDatabase(databaseUrl!);
    await Promise.all(['a', 'b', 'c'].map(start));
    edgeData = await temporaryFolder();
    edge = await startEdge({
      port: await freePort(),
      nodeUrl: '',
      dataDir: edgeData,
      secrets: { JWT_SECRET: jwtSecret, INTERNAL_SECRET: secret, ...redis.variables },
      vars: {
        POOL_REFRESH_MS: '500',
        REQUEST_DEADLINE_MS: '55000',
        LIMIT_USER_PER_MINUTE: '100000',
        LIMIT_SHOP_PER_HOUR: '100000',
      },
      logLevel: 'none',
    });
    clients = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const request = { userId: randomUUID(), shopId, scope: 'ocr:read ocr:write', lifetimeSeconds: 3600 };
        return new ApiClient(edge.url, await signAccessToken(jwtSecret, request));
      }),
    );
  });

  afterAll(async () => {
    await edge?.stop();
    await Promise.all([...nodes.values()].map((node) => node.end('SIGKILL')));
    await redis?.stop();
    await database?.drop();
    if (edgeData) await rm(edgeData, { recursive: true, force: true });
  });

  async function start(id: string): Promise<NodeProcess> {
    const node = await startNodeProcess(id, {
      ...redis.variables,
      INTERNAL_SECRET: secret,
      DATABASE_URL: database.url,
      POOL_HEARTBEAT_MS: '300',
      POOL_TTL_MS: '3000',
      DRAIN_NOTICE_MS: '2000',
    });
    nodes.set(id, node);
    return node;
  }

  async function end(id: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const node = nodes.get(id)!;
    nodes.delete(id);
    return await node.end(signal);
  }

  function pool(...args: string[]): Promise<Finished> {
    return runCommand(['run', '-s', 'pool', '--', ...args], redis.variables);
  }

  /** What a node announces, or null; read from Redis itself, because npm takes half a second of a core. */
  async function announced(id: string): Promise<{ draining: boolean; in_flight: number } | null> {
    const token = await redis.client.get(`edge-ocr:pool:node:${id}`);
    return token && JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
  }
  async function ids(): Promise<string[]> {
    const known = await Promise.all(['a', 'b', 'c', 'd'].map(async (id) => ((await announced(id)) ? [id] : [])));
    return known.flat();
  }

  it('is shown by `npm run pool -- list`', async () => {
    await expect.poll(ids, PATIENCE).toEqual(['a', 'b', 'c']);
    const { code, stdout } = await pool('list');
    expect(code).toBe(0);
    expect(JSON.parse((await pool('list', '--json')).stdout)).toHaveLength(3);
    for (const { id, url } of nodes.values())
      expect(stdout).toMatch(new RegExp(`^${id} +${url} +up +0/1000 +0 +\\S`, 'm'));
  });

  it('refuses commands that it does not know, and nodes that it does not have', async () => {
    for (const args of [[], ['dance'], ['drain'], ['list', 'a'], ['list', '--fast'], ['drain', 'a', 'b']]) {
      const { code, stderr } = await pool(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining('npm run pool -- drain NODE')]);
    }
    const { code, stderr } = await pool('drain', 'z');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('There is no node "z" in the pool. There are: a, b, c'),
    ]);
    const away = await runCommand(['run', '-s', 'pool', '--', 'list'], {
      ...redis.variables,
      UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:1',
    });
    expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('Check UPSTASH_REDIS_REST_URL')]);
  });

  it('keeps one result for a request that two nodes are asked for', async () => {
    const image = await ticket(77_777);
    const target = `${PROCESS_PATH}?type=receipt`;
    const jobId = uuidV7();
    const claims = { ...internalClaims('POST', target, image), shop_id: shopId, job_id: jobId };
    const headers = { authorization: `Bearer ${signToken(claims, secret)}`, 'content-type': 'image/png' };
    const ask = (node: NodeProcess) =>
      call(node.url + target, { method: 'POST', headers, body: new Uint8Array(image) });
    const [a, b] = [nodes.get('a')!, nodes.get('b')!];
    const results = (await Promise.all([ask(a), ask(b), ask(a)])).map(resultOf);
    expect(results.map(({ id }) => id)).toEqual([jobId, jobId, jobId]);
    expect(new Set(results.map(({ text, created_at }) => `${text} ${created_at}`)).size).toBe(1);
    const { rows } = await database.db.query<{ kept: number; told: number }>(
      `SELECT (SELECT count(*)::int FROM ocr_processing_jobs WHERE sha256 = $1) AS kept,
              (SELECT count(*)::int FROM outbox WHERE payload ->> 'subject' = $2) AS told`,
      [results[0]!.image.sha256, jobId],
    );
    expect(rows).toEqual([{ kept: 1, told: 1 }]);
  });

  it('records no failure of images that nobody waits for any more', async () => {
    const target = `${PROCESS_PATH}?type=receipt`;
    const images = await Promise.all(Array.from({ length: 12 }, (_, i) => ticket(60_000 + i)));
    const jobs = images.map(() => uuidV7());
    const leaving = new AbortController();
    const asked = images.map((image, i) => {
      const claims = { ...internalClaims('POST', target, image), shop_id: shopId, job_id: jobs[i] };
      const headers = { authorization: `Bearer ${signToken(claims, secret)}`, 'content-type': 'image/png' };
      const init = { method: 'POST', headers, body: new Uint8Array(image), signal: leaving.signal };
      return fetch(nodes.get('c')!.url + target, init);
    });
    const answered = Promise.allSettled(asked);
    await expect.poll(() => inFlightAt('c'), { ...PATIENCE, interval: 5 }).toBeGreaterThan(5);
    leaving.abort();
    await answered;
    await expect.poll(() => inFlightAt('c'), PATIENCE).toBe(0);
    const { rows } = await database.db.query<{ kept: number; failures: number; logged: number }>(
      `SELECT (SELECT count(*)::int FROM ocr_processing_jobs WHERE id = ANY ($1::uuid[])) AS kept,
              (SELECT count(*)::int FROM outbox WHERE type = 'ocr.failed') AS failures,
              (SELECT count(*)::int FROM ocr_error_logs) AS logged`,
      [jobs],
    );
    expect(rows[0]).toMatchObject({ failures: 0, logged: 0 });
    expect(rows[0]!.kept).toBeLessThan(jobs.length);
  });

  it('drains a node, which says so when asked for new work, and takes it back', async () => {
    const { code, stdout } = await pool('drain', nodes.get('c')!.url);
    expect([code, stdout]).toEqual([0, expect.stringContaining('c is asked to drain')]);
    const image = await ticket(66_666);
    const target = `${PROCESS_PATH}?type=receipt`;
    const ask = () => {
      const claims = { ...internalClaims('POST', target, image), shop_id: shopId };
      const headers = { authorization: `Bearer ${signToken(claims, secret)}`, 'content-type': 'image/png' };
      return call(nodes.get('c')!.url + target, { method: 'POST', headers, body: new Uint8Array(image) });
    };
    await expect.poll(async () => (await ask()).status, PATIENCE).toBe(503);
    const refused = await ask();
    expect(refused.body).toMatchObject({ error: { code: 'OVERLOADED' } });
    expect(refused.headers.get('x-draining')).toBe('true');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await call(`${nodes.get('c')!.url}/ready`)).status).toBe(503);
    expect((await pool('list')).stdout).toMatch(/^c .* drained /m);
    const before = await nodeRequests(nodes.get('c')!.url);
    for (let i = 0; i < 6; i++) resultOf(await clients[0]!.postFile(await ticket(50_000 + i), {}, 'image/png'));
    expect(await nodeRequests(nodes.get('c')!.url)).toBe(before);

    expect(await pool('undrain', 'c')).toMatchObject({ code: 0, stdout: 'c takes work again.\n' });
    await expect.poll(async () => (await ask()).status, PATIENCE).toBe(200);
  });

  it('fails no request while one of three is killed and another drained and replaced', async () => {
    const load = startLoad(clients, PER_SECOND);
    const atLeast = (more: number) => {
      const wanted = load.begun + more;
      return expect.poll(() => load.begun, PATIENCE).toBeGreaterThanOrEqual(wanted);
    };
    await atLeast(60);
    const burst = Promise.all(
      clients.flatMap((client, i) => [1, 2, 3, 4, 5, 6].map((j) => send(client, 20_000 + 10 * i + j))),
    );
    await expect.poll(() => inFlightAt('a'), { ...PATIENCE, interval: 5 }).toBeGreaterThan(2);
    expect(await end('a', 'SIGKILL')).toBeNull();
    await atLeast(40);
    expect(await pool('drain', 'b')).toMatchObject({ code: 0 });
    const nothingLeft = async () => {
      const b = await announced('b');
      return b?.draining === true && b.in_flight === 0;
    };
    await expect.poll(nothingLeft, PATIENCE).toBe(true);
    const replacement = await start('d');
    expect(await end('b', 'SIGTERM')).toBe(0);
    await expect.poll(ids, PATIENCE).toEqual(['c', 'd']);
    await expect.poll(() => nodeRequests(replacement.url), PATIENCE).toBeGreaterThan(20);
    await atLeast(60);

    const sent = [...(await load.stop()), ...(await burst)];
    const failed = sent.filter(({ answer }) => answer.status !== 200).map(({ answer }) => answer.body);
    expect(failed).toEqual([]);
    const results = sent.map(({ answer }) => resultOf(answer));
    expect(results.map(({ image }) => image.sha256)).toEqual(sent.map(({ sha256 }) => sha256));
    await expectOneResultEach(sent.map(({ sha256 }) => sha256));
  });

  it('forgets the node that was killed', async () => {
    expect(await redis.client.get('edge-ocr:pool:node:a')).toBeNull();
    expect(await redis.client.zscore('edge-ocr:pool:nodes', 'b')).toBeNull();
  });

  async function inFlightAt(id: string): Promise<number> {
    const health = await call(`${nodes.get(id)!.url}/api/v1/health`);
    return dataOf<{ queue_status: { processing_jobs: number } }>(health).queue_status.processing_jobs;
  }

  /** No image was kept twice, and no event was written twice or of a failure. */
  async function expectOneResultEach(hashes: readonly string[]): Promise<void> {
    const { rows } = await database.db.query(
      `WITH kept AS (SELECT id, sha256 FROM ocr_processing_jobs WHERE sha256 = ANY ($1))
       SELECT (SELECT count(DISTINCT sha256)::int FROM kept) AS images, (SELECT count(*)::int FROM kept) AS rows,
              (SELECT count(*)::int FROM outbox JOIN kept ON payload ->> 'subject' = kept.id::text) AS events,
              (SELECT count(*)::int FROM outbox WHERE type <> 'ocr.completed') AS failures`,
      [hashes],
    );
    const each = hashes.length;
    expect(rows).toEqual([{ images: each, rows: each, events: each, failures: 0 }]);
  }
});

/** As the edge makes it; spelt out here, because black-box tests import no source. */
function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
