import type { RotatedRect } from '../geometry.ts';
import type { PageImage } from '../pixels.ts';
import type { RecognisedLine } from '../recognise/text-line.ts';
import { faultOf } from './check-reading.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { EngineMeter } from './engine-meter.ts';
import type { LineEngine } from './line-engine.ts';

export type FailureKind = 'error' | 'timeout' | 'garbage' | 'resting';

/** An engine could not read a line, or was not asked. */
export class EngineFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'EngineFailure';
    this.kind = kind;
  }
}

type ReadOptions = Parameters<LineEngine['readLine']>[2];

/** An engine that is held to a time, whose answers are looked at, and which rests when it fails. */
export class GuardedEngine {
  readonly engine: LineEngine;
  readonly breaker: CircuitBreaker;
  readonly #timeoutMs: number;
  readonly #meter: EngineMeter;

  /** @param timeoutMs a line at most, waiting for a batch included. */
  constructor(engine: LineEngine, breaker: CircuitBreaker, timeoutMs: number, meter: EngineMeter) {
    this.engine = engine;
    this.breaker = breaker;
    this.#timeoutMs = timeoutMs;
    this.#meter = meter;
  }

  /** @throws EngineFailure; what `signal` aborts with. */
  async readLine(page: PageImage, rect: RotatedRect, options: ReadOptions): Promise<RecognisedLine | null> {
    const { signal } = options;
    signal.throwIfAborted();
    if (!this.breaker.enter()) throw new EngineFailure('resting', `${this.engine.name} rests after failures`);
    try {
      const line = await within(this.#timeoutMs, signal, () => this.engine.readLine(page, rect, options));
      const fault = faultOf(line, page);
      if (fault) throw new EngineFailure('garbage', `${this.engine.name} answered with ${fault}`);
      this.breaker.succeeded();
      this.#meter.read(this.engine);
      return line;
    } catch (thrown) {
      // The client's leaving says nothing of the engine.
      if (signal.aborted) {
        this.breaker.abandoned();
        throw signal.reason;
      }
      const failure = failureFrom(thrown, this.engine);
      this.breaker.failed();
      this.#meter.failed(this.engine, failure);
      throw failure;
    }
  }
}

function failureFrom(thrown: unknown, { name }: LineEngine): EngineFailure {
  if (thrown instanceof EngineFailure) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new EngineFailure('error', `${name} failed: ${why}`, thrown);
}

/** Ends at the bound, or when `signal` aborts, whether or not the work does: an engine may hang. */
function within<T>(milliseconds: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => settle(() => reject(new EngineFailure('timeout', `No answer within ${milliseconds} ms`)));
    const aborted = () => settle(() => reject(signal.reason));
    const timer = setTimeout(late, milliseconds);
    signal.addEventListener('abort', aborted, { once: true });
    function settle(finish: () => void) {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      finish();
    }
    // Called late, for an engine may throw before it returns a promise.
    Promise.resolve()
      .then(work)
      .then(
        (value) => settle(() => resolve(value)),
        (reason) => settle(() => reject(reason)),
      );
  });
}
