import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Peer } from './peer.ts';
import type { PeerReply, PeerRequest } from './serve.ts';

export interface PeerProgram {
  readonly name: string;
  readonly version: string;
  /** A program that calls serve(). */
  readonly program: URL;
  readonly args: readonly string[];
  /** Read once after every start: the first run of a network allocates its memory. */
  readonly warmUp: string;
}

const START_TIMEOUT_MS = 60_000;
const WARM_UP_TIMEOUT_MS = 120_000;

/**
 * A peer written in JavaScript, in a process of its own: they block their thread while they read, one may run out of
 * memory, and nobody's idle threads or garbage collection should cost another time.
 */
export class PeerProcess implements Peer {
  readonly name: string;
  readonly version: string;
  readonly #program: PeerProgram;
  #child: ChildProcess | undefined;

  constructor(program: PeerProgram) {
    this.name = program.name;
    this.version = program.version;
    this.#program = program;
  }

  async prepare(): Promise<void> {
    if (this.#child) return;
    const { program, args, warmUp } = this.#program;
    // What a peer prints must not mix with the report.
    this.#child = fork(program, args, { stdio: ['ignore', 2, 2, 'ipc'] });
    await this.#reply(START_TIMEOUT_MS);
    await this.read(warmUp, WARM_UP_TIMEOUT_MS);
  }

  async read(file: string, timeoutMs: number): Promise<string> {
    this.#child!.send({ file } satisfies PeerRequest);
    const reply = await this.#reply(timeoutMs);
    if ('text' in reply) return reply.text;
    throw new Error('error' in reply ? reply.error : `${this.name} answered out of turn`);
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** The child's next message. When none comes the child is ended, and prepare() starts another. */
  async #reply(timeoutMs: number): Promise<PeerReply> {
    const child = this.#child!;
    const settled = new AbortController();
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([settled.signal, late]);
    try {
      return await Promise.race([
        once(child, 'message', { signal }).then(([message]) => message as PeerReply),
        once(child, 'exit', { signal }).then(([code, killedBy]) => {
          throw new Error(`${this.name} ended with ${killedBy ?? code}`);
        }),
      ]);
    } catch (error) {
      await this.close();
      throw late.aborted ? new Error(`${this.name} gave no answer within ${timeoutMs} ms`) : error;
    } finally {
      settled.abort();
    }
  }
}
