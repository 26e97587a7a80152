/** A PostgreSQL server of the system's own make (apt), in a temporary folder, that a test can stop and start again. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chown, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';

const INSTALLED = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root. */
const ACCOUNT = 'postgres';
const run = promisify(execFile);

export interface OwnPostgres {
  /** Of its superuser; the same after a restart. */
  readonly url: string;
  /** As after a crash: connections break, and what was not written to the log is gone. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const version = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a))[0]!;
  const binary = (name: string) => join(INSTALLED, version, 'bin', name);
  const isRoot = process.getuid?.() === 0;
  const runAs = (name: string, args: string[]) =>
    isRoot
      ? run('setpriv', [`--reuid=${ACCOUNT}`, `--regid=${ACCOUNT}`, '--clear-groups', binary(name), ...args])
      : run(binary(name), args);
  const folder = await temporaryFolder();
  if (isRoot) {
    const { stdout } = await run('id', ['-u', ACCOUNT]);
    await chown(folder, Number(stdout), -1);
  }
  const port = await freePort();
  await runAs('initdb', ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync']);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=60`;
  const log = join(folder, 'server.log');
  const start = () => runAs('pg_ctl', ['-D', folder, '-w', '-o', settings, '-l', log, 'start']);
  const stop = () => runAs('pg_ctl', ['-D', folder, '-w', '-m', 'immediate', 'stop']);
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async restart() {
      await stop();
      await start();
    },
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
