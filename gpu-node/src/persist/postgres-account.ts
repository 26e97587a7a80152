/**
 * As whom PostgreSQL's programs run. PostgreSQL refuses to run as root, so a node that was started by root hands
 * them to another account, which then has to reach binaries and data through folders that may be root's alone.
 */
import { execFile, type SpawnOptions } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const PROBE_TIMEOUT_MS = 10_000;

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Turns a program of PostgreSQL's into what has to be spawned for it. */
export type Launch = (program: string, args: readonly string[]) => LaunchCommand;
export interface LaunchCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: Pick<SpawnOptions, 'uid' | 'gid' | 'env'>;
}

/**
 * @param folder of the cluster; if it is there, its owner goes on owning it.
 * @returns null when this process is not root and PostgreSQL can simply run as it.
 */
export async function accountFor(folder: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(folder).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await findAccount('postgres')) ?? (await findAccount('nobody'));
  if (!account) throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" here');
  return account;
}

async function findAccount(name: string): Promise<Account | null> {
  const idOf = async (flag: string) =>
    Number.parseInt((await execute('id', [flag, name], { timeout: PROBE_TIMEOUT_MS })).stdout, 10);
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch {
    return null;
  }
}

/**
 * The first way of launching, least privilege first, in which the account reaches both the program and the folder.
 * @param reach the program that will run and the folder it will work in.
 * @param stopWithParent lets the kernel stop the program when this process dies, where setpriv can ask for it.
 * @throws Error when no way works; its message says what was met.
 */
export async function chooseLaunch(
  account: Account | null,
  reach: { readonly program: string; readonly folder: string },
  stopWithParent: boolean,
): Promise<Launch> {
  const failures: string[] = [];
  for (const launch of possibleLaunches(account, stopWithParent)) {
    const failure = await probe(launch, reach);
    if (failure === null) return launch;
    failures.push(failure);
  }
  const who = account ? `user ${account.uid}` : 'this user';
  throw new Error(`${who} cannot run ${reach.program} in ${reach.folder}: ${failures.join(' | ')}`);
}

function possibleLaunches(account: Account | null, stopWithParent: boolean): Launch[] {
  const deathSignal = stopWithParent ? ['--pdeathsig', 'INT'] : [];
  if (!account) return stopWithParent ? [throughSetpriv(deathSignal), directly()] : [directly()];
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--no-new-privs'];
  return [
    throughSetpriv([...identity, '--inh-caps=-all', ...deathSignal]),
    // Folders above ours may be closed to everybody but root (mktemp -d, a clone in /root). Opening them is not
    // ours to do, so the account may pass them instead. initdb asks by access(2), which looks away from capabilities
    // when the user is not root, unless no_setuid_fixup is set.
    throughSetpriv([
      ...identity,
      '--inh-caps=-all,+dac_override',
      '--ambient-caps=-all,+dac_override',
      '--securebits=+no_setuid_fixup',
      ...deathSignal,
    ]),
    directly(account),
  ];
}

/** setpriv belongs to util-linux; busybox has a smaller one, which the probe finds out. */
function throughSetpriv(flags: readonly string[]): Launch {
  return (program, args) => ({
    command: 'setpriv',
    args: [...flags, '--', program, ...args],
    options: { env: environment() },
  });
}

function directly(account?: Account): Launch {
  return (program, args) => ({ command: program, args, options: { ...account, env: environment() } });
}

/** Nothing of ours but PATH: secrets stay here, and PGDATA, PGPORT and their like must not reach the server. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/** @returns null when it works, else why not. */
async function probe(launch: Launch, reach: { program: string; folder: string }): Promise<string | null> {
  const script = 'cd "$1" && exec "$2" --version';
  const { command, args, options } = launch('/bin/sh', ['-c', script, 'sh', reach.folder, reach.program]);
  try {
    await execute(command, [...args], { ...options, timeout: PROBE_TIMEOUT_MS, cwd: '/' });
    return null;
  } catch (error) {
    return (error as Error).message.trim().split('\n').slice(1).join(' ') || (error as Error).message;
  }
}
