/** Runs the project's own commands as a person would, through npm. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '@edge-ocr/infra/local/settings';

/** Long enough for a busy machine of two cores. */
const TIMEOUT_MS = 90_000;
/** Of ours; what the caller of the tests has set would change what is tested. */
const OWN_VARIABLES =
  /^(EDGE_PORT|NODE_PORT|DATA_DIR|DATABASE_|INTERNAL_SECRET|LOG_LEVEL|VITEST|NODE_ENV$|NODE_OPTIONS$)/;

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** What it has written to its standard output so far. */
  output(): string;
  /** Resolves when `text` has been printed. @throws Error with all that was printed when the command ends first. */
  printed(text: string): Promise<void>;
  /** Signals npm alone, as a supervisor does, or its whole process group, as Ctrl-C on a terminal does. */
  signal(whom: 'npm' | 'group', name: NodeJS.Signals): void;
}

export function startCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  program = 'npm',
  timeoutMs = TIMEOUT_MS,
): RunningCommand {
  const inherited = Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name));
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const finished = ended(child, timeoutMs).then(([code, signal]) => ({ code, signal, ...output }));
  return {
    pid: child.pid!,
    finished,
    output: () => output.stdout,
    async printed(text) {
      const end = finished.then(() => true);
      while (!output.stdout.includes(text)) {
        if (await Promise.race([end, sleep(50, false)])) {
          throw new Error(`ended without printing "${text}":\n${output.stdout}\n${output.stderr}`);
        }
      }
    },
    signal: (whom, name) => process.kill(whom === 'npm' ? child.pid! : -child.pid!, name),
  };
}

/** Runs a command to its end. */
export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  program = 'npm',
): Promise<Finished> {
  return startCommand(args, environment, program).finished;
}

async function ended(child: ChildProcess, timeoutMs: number): Promise<[number | null, NodeJS.Signals | null]> {
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), timeoutMs);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return [code, signal];
}
