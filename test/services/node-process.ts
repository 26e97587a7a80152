/** A node in a process of its own, as a supervisor starts it, that a test can kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';

/** On a machine of two cores that has other things to do. */
const START_TIMEOUT_MS = 90_000;

export interface NodeProcess {
  readonly id: string;
  readonly url: string;
  /** Its data folder, removed when it ends. */
  readonly dataDir: string;
  readonly pid: number;
  /** Sends the signal. @returns the exit code, or null when the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Small enough for three of them on two cores. */
const SMALL = {
  INFERENCE_WORKERS: '1',
  DETECT_THREADS: '1',
  RECOGNISE_THREADS: '1',
  WORKER_THREADS: '1',
  WORKING_SIDE: '320',
  DETECT_SIDE: '320',
  DATABASE_POOL_SIZE: '4',
  // What is beyond two busy cores waits, rather than being refused: these tests are not about capacity.
  MAX_IN_FLIGHT: '1000',
  PROCESSING_TIMEOUT_MS: '55000',
  LOG_LEVEL: 'warn',
};

const MAIN = join(ROOT, 'gpu-node/src/main.ts');
/** With an engine that waits instead of computing: for what is not about reading. */
export const TIMED_NODE = join(ROOT, 'test/load/node-main.ts');

/**
 * Resolves when it is ready.
 * @param environment beyond address, name and data folder, which are its own.
 * @param main file of the node.
 */
export async function startNodeProcess(
  id: string,
  environment: Record<string, string>,
  main = MAIN,
): Promise<NodeProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const dataDir = await temporaryFolder();
  // Without a Redis there is nowhere to announce it.
  const inPool = environment.UPSTASH_REDIS_REST_URL ? { NODE_PUBLIC_URL: url } : {};
  const own = { NODE_ID: id, NODE_PORT: String(port), DATA_DIR: dataDir };
  const child = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', main], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...SMALL, ...inPool, ...environment, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => output.push(text));
  const exited = once(child, 'exit').then(async ([code]) => {
    await rm(dataDir, { recursive: true, force: true });
    return code as number | null;
  });
  await ready(url, child, output);
  return {
    id,
    url,
    dataDir,
    pid: child.pid!,
    async end(signal) {
      child.kill(signal);
      return await exited;
    },
  };
}

async function ready(url: string, child: ChildProcess, output: readonly string[]): Promise<void> {
  const late = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && Date.now() < late) {
    const answer = await fetch(`${url}/ready`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`The node did not become ready:\n${output.join('')}`);
}
