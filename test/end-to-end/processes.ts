/** What the process table says; enough to tell whether a command left something behind. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly name: string;
}

/** The living descendants of a process, each as `pid name`; ended ones that nobody has waited for are left out. */
export async function descendantsOf(root: number): Promise<string[]> {
  const all = await livingProcesses();
  const found: Process[] = [];
  const queue = [root];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    const children = all.filter((process) => process.parent === parent);
    found.push(...children);
    queue.push(...children.map(({ pid }) => pid));
  }
  return found.map(({ pid, name }) => `${pid} ${name}`);
}

/** Which of these, as descendantsOf named them, are still there. */
export async function stillLiving(named: readonly string[]): Promise<string[]> {
  const living = new Set((await livingProcesses()).map(({ pid, name }) => `${pid} ${name}`));
  return named.filter((name) => living.has(name));
}

async function livingProcesses(): Promise<Process[]> {
  const all = process.platform === 'linux' ? await fromProc() : await fromPs();
  return all.filter(({ state }) => !state.startsWith('Z'));
}

/** Minimal systems have no ps. */
async function fromProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.flatMap((stat) => {
    // The name stands in brackets and may hold anything.
    const [, pid, name, state, parent] = /^(\d+) \((.*)\) (\w) (\d+)/s.exec(stat) ?? [];
    return pid ? [{ pid: Number(pid), name: name!, state: state!, parent: Number(parent) }] : [];
  });
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,state=,comm=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, name] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid ? [{ pid: Number(pid), parent: Number(parent), state: state!, name: name! }] : [];
  });
}
