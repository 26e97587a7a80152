/** Makes the cluster of the embedded PostgreSQL: its folder and its password. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Account, Launch } from './postgres-account.ts';

export const SUPERUSER = 'edge_ocr';
const INITDB_TIMEOUT_MS = 120_000;
const execute = promisify(execFile);

const passwordFile = (home: string) => path.join(home, 'postgres-password');

/**
 * @param account that has to read the file too, when initdb runs as another user than this process.
 * @throws Error when the cluster has a password that nobody knows any more.
 */
export async function readOrCreatePassword(
  home: string,
  { account, clusterExists }: { account: Account | null; clusterExists: boolean },
): Promise<string> {
  const file = passwordFile(home);
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (known.trim()) return known.trim();
  if (clusterExists) throw new Error(`${file} is missing; put it back, or remove the whole data folder ${home}`);
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  if (account) await chown(file, account.uid, account.gid);
  return password;
}

/** Makes `<home>/postgres`. It appears there complete or not at all, whenever this process is killed. */
export async function initialiseCluster(
  home: string,
  { launch, account, initdb }: { launch: Launch; account: Account | null; initdb: string },
): Promise<void> {
  const unfinished = path.join(home, 'postgres.unfinished');
  // C.UTF-8 knows what a letter is beyond ASCII, which trigrams need; not every system has it.
  for (const locale of ['C.UTF-8', 'C']) {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    if (account) await chown(unfinished, account.uid, account.gid);
    const failure = await runInitdb(launch, initdb, [
      `--pgdata=${unfinished}`,
      `--pwfile=${passwordFile(home)}`,
      `--username=${SUPERUSER}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      `--locale=${locale}`,
      '--no-instructions',
    ]);
    if (failure === null) return rename(unfinished, path.join(home, 'postgres'));
    if (!/invalid locale/.test(failure)) throw new Error(`initdb failed: ${failure}`);
  }
  throw new Error('initdb accepts neither the locale C.UTF-8 nor C');
}

/** @returns null when it worked, else what it said. */
async function runInitdb(launch: Launch, initdb: string, args: readonly string[]): Promise<string | null> {
  const { command, args: all, options } = launch(initdb, args);
  return execute(command, [...all], { ...options, cwd: '/', timeout: INITDB_TIMEOUT_MS }).then(
    () => null,
    (error: Error & { stderr?: string }) => error.stderr?.trim() || error.message,
  );
}
