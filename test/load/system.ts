/** Edge, nodes with the timed engine as processes of their own, and a real PostgreSQL: what a load is sent to. */
import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '@edge-ocr/gpu-node/persist/connect';
import { signAccessToken } from '@edge-ocr/infra/local/access-token';
import { startEdge } from '@edge-ocr/infra/local/edge';
import { internalClaims, signToken } from '../end-to-end/internal-token.ts';
import { temporaryFolder } from '../end-to-end/stack.ts';
import { type NodeProcess, startNodeProcess, TIMED_NODE } from '../services/node-process.ts';
import { createScratchDatabase } from '../services/scratch-database.ts';
import type { Client } from './mix.ts';
import type { ServiceTime } from './timed-engine.ts';

export interface LoadedSystem {
  readonly edgeUrl: string;
  readonly nodes: readonly NodeProcess[];
  /** Of the database's owner. */
  readonly databaseUrl: string;
  /** For what is sent to the edge. */
  readonly users: readonly Client[];
  /** The same people as the edge vouches for them, for what is sent to nodes. */
  readonly vouched: readonly Client[];
  stop(): Promise<void>;
}

export interface SystemOptions extends ServiceTime {
  readonly nodes: number;
  readonly shops: number;
  readonly usersPerShop: number;
}

/** Only what the load is to measure may refuse. */
const UNLIMITED = {
  LIMIT_USER_PER_MINUTE: '1000000',
  LIMIT_SHOP_PER_HOUR: '100000000',
  QUOTA_SHOP_PER_DAY: '1000000000',
};
const TOKEN_SECONDS = 86_400;

/** On the PostgreSQL at TEST_DATABASE_URL, in a database of its own, or else on the embedded one. */
export async function startLoadedSystem(options: SystemOptions): Promise<LoadedSystem> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const folder = await temporaryFolder();
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const database = await openDatabaseFor(folder);
    closers.push(() => database.drop());
    const secret = randomBytes(32).toString('base64url');
    const jwtSecret = randomBytes(32).toString('base64url');
    const environment = {
      INTERNAL_SECRET: secret,
      DATABASE_URL: database.url,
      TIMED_SERVICE_MS: String(options.serviceMs),
      TIMED_SLOTS: String(options.slots),
      // As by default, whatever is set for small machines in tests.
      MAX_IN_FLIGHT: '16',
      DATABASE_POOL_SIZE: '10',
    };
    const nodes: NodeProcess[] = [];
    closers.push(() => Promise.all(nodes.map((node) => node.end('SIGKILL'))));
    for (let i = 0; i < options.nodes; i++) nodes.push(await startNodeProcess(`load-${i}`, environment, TIMED_NODE));
    const edge = await startEdge({
      port: 0,
      nodeUrl: nodes.map(({ url }) => url).join(),
      dataDir: folder,
      secrets: { JWT_SECRET: jwtSecret, INTERNAL_SECRET: secret },
      vars: UNLIMITED,
      logLevel: 'none',
    });
    closers.push(() => edge.stop());
    const people = Array.from({ length: options.shops }, () => randomUUID()).flatMap((shopId) =>
      Array.from({ length: options.usersPerShop }, () => ({ shopId, userId: randomUUID() })),
    );
    const users = await Promise.all(people.map((person) => userOf(jwtSecret, person)));
    const vouched = people.map((person) => vouchedFor(secret, person));
    return { edgeUrl: edge.url, nodes, databaseUrl: database.url, users, vouched, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabaseFor(folder: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const server = process.env.TEST_DATABASE_URL;
  if (server) return await createScratchDatabase(server);
  const { url, close } = await openDatabase({ dataDir: join(folder, 'database') });
  return { url, drop: close };
}

interface Person {
  readonly shopId: string;
  readonly userId: string;
}

async function userOf(jwtSecret: string, { shopId, userId }: Person): Promise<Client> {
  const token = await signAccessToken(jwtSecret, {
    shopId,
    userId,
    scope: 'ocr:read ocr:write',
    lifetimeSeconds: TOKEN_SECONDS,
  });
  return { shopId, authorize: () => `Bearer ${token}` };
}

function vouchedFor(secret: string, { shopId, userId }: Person): Client {
  return {
    shopId,
    authorize(method, target, body) {
      const claims = { ...internalClaims(method, target, body), sub: userId, shop_id: shopId };
      return `Bearer ${signToken(claims, secret)}`;
    },
  };
}
