/** What came of a load, by kind of request. */
import { percentile, rounded } from '../bench/figures.ts';
import type { Sample } from './open-loop.ts';

export interface KindFigures {
  readonly kind: string;
  readonly requests: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  readonly errors: number;
}

/** A row a kind, and one of all; the kinds in the order of their names. */
export function figuresByKind(samples: readonly Sample[]): KindFigures[] {
  const kinds = Map.groupBy(samples, ({ kind }) => kind);
  const rows = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, ofKind]) => figuresOf(kind, ofKind));
  return [...rows, figuresOf('all', samples)];
}

export function figuresOf(kind: string, samples: readonly Sample[]): KindFigures {
  const times = samples.map(({ latencyMs }) => latencyMs);
  const at = (share: number) => rounded(percentile(times, share), 1);
  return {
    kind,
    requests: samples.length,
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    max_ms: at(1),
    errors: samples.filter(({ isExpected }) => !isExpected).length,
  };
}

/** How often each error came. */
export function errorsByCode(samples: readonly Sample[]): Record<string, number> {
  const failed = samples.filter(({ error }) => error !== null);
  return Object.fromEntries([...Map.groupBy(failed, ({ error }) => error!)].map(([code, of]) => [code, of.length]));
}
