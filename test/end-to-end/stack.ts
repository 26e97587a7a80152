/** A stack of its own for each test file: free ports, a temporary data folder, a shop that nobody else uses. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningStack, startStack } from '@edge-ocr/infra/local/stack';

export interface TestStack {
  readonly edgeUrl: string;
  readonly nodeUrl: string;
  readonly dataDir: string;
  token: RunningStack['token'];
  /** Stops everything and starts it again on the same ports and data. */
  restart(): Promise<void>;
  /** Stops everything and removes the data. */
  stop(): Promise<void>;
}

export interface TestStackOptions {
  readonly nodeEnvironment?: Readonly<Record<string, string>>;
  readonly edgeVars?: Readonly<Record<string, string>>;
}

export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const dataDir = await temporaryFolder();
  const ports = { EDGE_PORT: await freePort(), NODE_PORT: await freePort() };
  const shop = { shopId: randomUUID(), userId: randomUUID() };
  const { nodeEnvironment, edgeVars = {} } = options;
  const start = () =>
    startStack({ ...ports, DATA_DIR: dataDir, nodeEnvironment: { LOG_LEVEL: 'error', ...nodeEnvironment }, edgeVars });
  const removeData = () => rm(dataDir, { recursive: true, force: true });
  let running = await start().catch(async (error) => {
    await removeData();
    throw error;
  });
  return {
    edgeUrl: running.edgeUrl,
    nodeUrl: running.nodeUrl,
    dataDir,
    token: (request) => running.token({ ...shop, ...request }),
    async restart() {
      await running.stop();
      running = await start();
    },
    async stop() {
      await running.stop();
      await removeData();
    },
  };
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'edge-ocr-test-'));
}

/** The kernel's choice; another process may still take it first, which shows as a plain failure to start. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
