/** What postmaster.pid and the process table say about the server of a data folder. */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const POLL_MS = 20;
const OWNER_PREFIX = 'cluster_name=edge-ocr-';

export interface Postmaster {
  readonly pid: number;
  readonly ready: boolean;
}

/** The argument that ties a server to the process that started it; it can be read back from the process table. */
export const ownerArgument = `${OWNER_PREFIX}${process.pid}`;

/** @returns null when there is no readable postmaster.pid; its lines are those of PostgreSQL's miscadmin.h. */
export async function readPostmaster(folder: string): Promise<Postmaster | null> {
  const text = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : null;
}

/**
 * Clears the way for a new server: stops one that outlived its parent, and removes the pid file of one that is gone.
 * @throws Error when the parent still lives (two processes may not share a data folder), or the server does not stop.
 */
export async function stopStaleServer(folder: string, timeoutMs: number): Promise<void> {
  const postmaster = await readPostmaster(folder);
  if (!postmaster) return;
  const command = await commandOfServer(postmaster.pid, folder);
  if (command === null) {
    // The pid may belong to a stranger by now, and PostgreSQL would take the stranger for its predecessor. Should
    // a server of this folder run after all, PostgreSQL's shared memory still keeps a second one out.
    await rm(path.join(folder, 'postmaster.pid'), { force: true });
    return;
  }
  const owner = Number.parseInt(command.split(OWNER_PREFIX)[1] ?? '', 10);
  if (owner > 0 && (await parentOf(postmaster.pid)) === owner) {
    throw new Error(`its data folder ${folder} is in use by process ${owner}; stop it or choose another DATA_DIR`);
  }
  await stopServer(postmaster.pid, folder, timeoutMs);
}

async function stopServer(pid: number, folder: string, timeoutMs: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    signalProcess(pid, signal);
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if ((await commandOfServer(pid, folder)) === null) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`an earlier PostgreSQL (process ${pid}) of ${folder} does not stop`);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw new Error(`an earlier PostgreSQL (process ${pid}) belongs to another user and cannot be stopped`, {
      cause: error,
    });
  }
}

/** The command line of `pid`, or null unless it is a server that runs on `folder`. A zombie has no command line. */
async function commandOfServer(pid: number, folder: string): Promise<string | null> {
  const command = await commandLine(pid);
  return command.includes(`postgres -D ${folder} -c `) ? command : null;
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform !== 'linux') return processColumn(pid, 'command');
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
}

async function parentOf(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number.parseInt(await processColumn(pid, 'ppid'), 10);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number.parseInt(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? '', 10);
}

async function processColumn(pid: number, column: string): Promise<string> {
  return execute('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { timeout: 5_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}
