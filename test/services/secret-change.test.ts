import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { signAccessToken } from '@edge-ocr/infra/local/access-token';
import { type RunningEdge, startEdge } from '@edge-ocr/infra/local/edge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../end-to-end/api-client.ts';
import { temporaryFolder } from '../end-to-end/stack.ts';
import { type NodeProcess, startNodeProcess, TIMED_NODE } from './node-process.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';
import { type SharedRedis, startSharedRedis } from './shared-redis.ts';
import { startLoad } from './steady-load.ts';

const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');
const databaseUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
/** A database of Redis that no other test uses: a pool is all nodes that announce themselves there. */
const REDIS_DATABASE = 12;
const PER_SECOND = 10;
const PATIENCE = { timeout: 60_000, interval: 100 };
const secret = () => randomBytes(32).toString('base64url');

/** As docs/security.md has it. */
describe.skipIf(!redisUrl || !databaseUrl)('INTERNAL_SECRET is changed under load', { timeout: 180_000 }, () => {
  const before = { INTERNAL_SECRET: secret() };
  const after = { INTERNAL_SECRET: secret() };
  const both = { ...after, INTERNAL_SECRET_PREVIOUS: before.INTERNAL_SECRET };
  const jwtSecret = secret();
  let redis: SharedRedis;
  let database: ScratchDatabase;
  const edges: RunningEdge[] = [];
  const folders: string[] = [];
  const nodes: NodeProcess[] = [];

  beforeAll(async () => {
    redis = await startSharedRedis(redisUrl!, REDIS_DATABASE);
    database = await createScratchDatabase(databaseUrl!);
  });
  afterAll(async () => {
    await Promise.all(edges.map((edge) => edge.stop()));
    await Promise.all(nodes.map((node) => node.end('SIGKILL')));
    await redis?.stop();
    await database?.drop();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  async function startNode(id: string, secrets: Record<string, string>): Promise<NodeProcess> {
    const pool = { POOL_HEARTBEAT_MS: '300', POOL_TTL_MS: '3000', DRAIN_NOTICE_MS: '2000' };
    const engine = { TIMED_SERVICE_MS: '50', TIMED_SLOTS: '4' };
    const environment = { ...redis.variables, ...secrets, ...pool, ...engine, DATABASE_URL: database.url };
    const node = await startNodeProcess(id, environment, TIMED_NODE);
    nodes.push(node);
    return node;
  }

  async function startEdgeWith(secrets: Record<string, string>): Promise<ApiClient> {
    const dataDir = await temporaryFolder();
    folders.push(dataDir);
    const edge = await startEdge({
      port: 0,
      nodeUrl: '',
      dataDir,
      secrets: { JWT_SECRET: jwtSecret, ...secrets, ...redis.variables },
      vars: { POOL_REFRESH_MS: '500', LIMIT_USER_PER_MINUTE: '100000', LIMIT_SHOP_PER_HOUR: '100000' },
      logLevel: 'none',
    });
    edges.push(edge);
    const who = { userId: randomUUID(), shopId: randomUUID(), scope: 'ocr:read ocr:write', lifetimeSeconds: 3600 };
    return new ApiClient(edge.url, await signAccessToken(jwtSecret, who));
  }

  it('in four steps, nodes and edges of two steps side by side, and no request is refused', async () => {
    const oldNode = await startNode('old', before);
    // Whom the load is sent to: one edge, or two while one takes the other's place.
    const clients = [await startEdgeWith(before)];
    await expect.poll(async () => (await clients[0]!.send('/ready')).status, PATIENCE).toBe(200);
    const load = startLoad(clients, PER_SECOND);
    const more = async (requests: number) => {
      const enough = load.begun + requests;
      await expect.poll(() => load.begun, PATIENCE).toBeGreaterThan(enough);
    };
    const replaceNode = async (node: NodeProcess, id: string, secrets: Record<string, string>) => {
      const next = await startNode(id, secrets);
      await more(20);
      expect(await node.end('SIGTERM')).toBe(0);
      await more(20);
      return next;
    };
    const replaceEdge = async (secrets: Record<string, string>) => {
      clients.push(await startEdgeWith(secrets));
      await more(20);
      clients.shift();
      await more(10);
    };
    await more(10);

    const nodeWithBoth = await replaceNode(oldNode, 'both', both);
    await replaceEdge(both);
    const newNode = await replaceNode(nodeWithBoth, 'new', after);
    await replaceEdge(after);

    const sent = await load.stop();
    expect(sent.length).toBeGreaterThan(150);
    expect(sent.filter(({ answer }) => answer.status !== 200).map(({ answer }) => answer.body)).toEqual([]);
    expect(await newNode.end('SIGTERM')).toBe(0);
  });

  it('and an edge with the new one alone does not know a node with the old one', async () => {
    await startNode('stranger', before);
    const client = await startEdgeWith(after);
    await expect
      .poll(async () => (await redis.client.zrange('edge-ocr:pool:nodes', '0', '-1')).join(), PATIENCE)
      .toContain('stranger');
    expect(await client.send('/ready')).toMatchObject({ status: 502, body: { error: { code: 'NETWORK_ERROR' } } });
  });
});
