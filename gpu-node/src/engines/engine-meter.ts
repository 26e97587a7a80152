import { Counter, Gauge, type Registry } from 'prom-client';
import type { BreakerState } from './circuit-breaker.ts';
import type { EngineFailure, GuardedEngine } from './guarded-engine.ts';
import type { LineEngine } from './line-engine.ts';

/** Told what engines do. */
export interface EngineMeter {
  read(engine: LineEngine): void;
  failed(engine: LineEngine, failure: EngineFailure): void;
}

/** Counts what engines do, also where there is no registry: tools have none. */
export class EngineCounts implements EngineMeter {
  readonly #lines = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #toldAt = new Map<string, number>();
  /** Told of failures, for the log: of those of one kind, one in ten seconds. The default does nothing. */
  onFailure: (failure: EngineFailure) => void = () => undefined;

  read({ name }: LineEngine): void {
    this.#lines.set(name, (this.#lines.get(name) ?? 0) + 1);
  }

  failed({ name }: LineEngine, failure: EngineFailure): void {
    const key = `${name} ${failure.kind}`;
    this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1);
    const now = performance.now();
    if (now - (this.#toldAt.get(key) ?? -Infinity) < TELL_EVERY_MS) return;
    this.#toldAt.set(key, now);
    this.onFailure(failure);
  }

  /** Show the counts in a registry, as they are whenever it is asked. */
  expose(registry: Registry, engines: readonly GuardedEngine[]): void {
    const registers = [registry];
    const [lines, failures] = [this.#lines, this.#failures];
    new Counter({
      name: 'ocr_engine_lines_total',
      help: 'Lines that an engine read',
      labelNames: ['engine'],
      registers,
      collect() {
        this.reset();
        for (const [engine, count] of lines) this.inc({ engine }, count);
      },
    });
    new Counter({
      name: 'ocr_engine_failures_total',
      help: 'Lines that an engine failed at, by kind: error, timeout or garbage',
      labelNames: ['engine', 'kind'],
      registers,
      collect() {
        this.reset();
        for (const [key, count] of failures) {
          const [engine, kind] = key.split(' ') as [string, string];
          this.inc({ engine, kind }, count);
        }
      },
    });
    new Gauge({
      name: 'ocr_engine_breaker_state',
      help: 'Whether an engine is in use: 0 closed, 1 half-open, 2 open (it rests after failures)',
      labelNames: ['engine'],
      registers,
      collect() {
        for (const { engine, breaker } of engines) this.set({ engine: engine.name }, LEVELS[breaker.state]);
      },
    });
  }
}

/** An engine that is away fails at each line of each page. */
const TELL_EVERY_MS = 10_000;
const LEVELS: Record<BreakerState, number> = { closed: 0, 'half-open': 1, open: 2 };
