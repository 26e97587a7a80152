import type { Metrics } from '@edge-ocr/shared/contract/operations';
import { STAGES, type Timings } from '@edge-ocr/shared/contract/result';

export interface RecentTimesOptions {
  /** How far back it looks. */
  readonly windowSeconds: number;
  /** Images that are remembered; with more of them in the window it looks less far back, and says so. */
  readonly maxSamples: number;
  /** Milliseconds that never go back. */
  readonly now?: () => number;
}

interface Sample {
  readonly at: number;
  readonly milliseconds: number;
  readonly timings: Timings;
}

/** What became of the last images, for percentiles that are measured times and not an estimate from buckets. */
export class RecentTimes {
  readonly #options: Required<RecentTimesOptions>;
  /** A ring: once it is full, the next sample takes the place of the oldest. */
  readonly #samples: Sample[] = [];
  #next = 0;

  constructor(options: RecentTimesOptions) {
    this.#options = { now: () => performance.now(), ...options };
  }

  add(milliseconds: number, timings: Timings): void {
    this.#samples[this.#next] = { at: this.#options.now(), milliseconds, timings };
    this.#next = (this.#next + 1) % this.#options.maxSamples;
  }

  /** @returns nothing when no image was read in the window. */
  summary(): Pick<Metrics, 'latency_ms' | 'stages'> {
    const { now, windowSeconds, maxSamples } = this.#options;
    const from = now() - windowSeconds * 1000;
    const recent = this.#samples.filter(({ at }) => at >= from);
    if (recent.length === 0) return {};
    // All that is remembered is younger than the window: what was before it is forgotten.
    const isCut = recent.length === maxSamples;
    const oldest = Math.min(...recent.map(({ at }) => at));
    return {
      latency_ms: {
        window_seconds: isCut ? tenths((now() - oldest) / 1000) : windowSeconds,
        count: recent.length,
        ...percentilesOf(recent.map(({ milliseconds }) => milliseconds)),
      },
      stages: Object.fromEntries(
        STAGES.flatMap((stage) => {
          const times = recent.flatMap(({ timings }) => timings[stage] ?? []);
          return times.length === 0 ? [] : [[stage, percentilesOf(times)]];
        }),
      ),
    };
  }
}

/** By nearest rank: the smallest time that so many percent do not exceed. */
function percentilesOf(times: number[]): { p50: number; p95: number; p99: number } {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => tenths(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
