import {
  contextOf,
  MAX_PATTERNS,
  MODULES,
  SEGMENT_MODULES,
  SEGMENTS,
  type SegmentKind,
  templates,
} from './ean-templates.ts';

/** Samples a module. */
export const RESOLUTION = 3;
/** Modules before the symbol's expected start that the samples hold, and as many behind its end. */
export const SLACK = 8;
/** How far a segment may begin from where even spacing puts it, in samples: paper bends, and lenses are near. */
const DRIFT = 5 * RESOLUTION;
/** A segment may be this much wider or narrower, of its width. */
const STRETCH = 0.08;
/** What a sample of stretch costs, squared: without it, noise is stretched into whatever fits. */
const STRETCH_COST = 0.4;

/** How the segments of a symbol lie on one line of samples, and what stands in each. */
export interface Alignment {
  /** Mean likeness over the symbol, 1 where it looks exactly like what was found. */
  readonly likeness: number;
  /** By segment: how much it looks like each of the patterns that may stand there. */
  readonly scores: readonly (readonly number[])[];
  /** First and last sample of the symbol. */
  readonly from: number;
  readonly to: number;
}

interface State {
  readonly cost: number;
  readonly end: number;
  readonly width: number;
  readonly before: number;
}

/** The alignment that makes an EAN-13's segments look most like patterns; `samples` hold 95 modules and the slack. */
export function alignEan13(samples: Float32Array, sigma: number): Alignment | null {
  const line = new Line(samples);
  const steps: State[][] = [];
  let expected = SLACK * RESOLUTION;
  for (const kind of SEGMENTS) {
    const width = SEGMENT_MODULES[kind] * RESOLUTION;
    steps.push(advance(line, kind, sigma, expected, steps.at(-1)));
    if (steps.at(-1)!.length === 0) return null;
    expected += width;
  }
  return traceBack(line, sigma, steps);
}

/** For every place where a segment may end, the cheapest way there. */
function advance(line: Line, kind: SegmentKind, sigma: number, expected: number, previous?: readonly State[]): State[] {
  const width = SEGMENT_MODULES[kind] * RESOLUTION;
  const stretch = Math.max(1, Math.round(width * STRETCH));
  const best = new Map<number, State>();
  const starts: readonly Pick<State, 'cost' | 'end'>[] =
    previous ?? Array.from({ length: 2 * DRIFT + 1 }, (_, i) => ({ cost: 0, end: expected - DRIFT + i }));
  for (const [before, { cost, end: start }] of starts.entries()) {
    if (Math.abs(start - expected) > DRIFT) continue;
    for (let w = width - stretch; w <= width + stretch; w++) {
      const bestLikeness = line.bestLikeness(kind, sigma, start, w);
      const total = cost + width * (1 - bestLikeness) + STRETCH_COST * (w - width) ** 2;
      const known = best.get(start + w);
      if (known === undefined || total < known.cost)
        best.set(start + w, { cost: total, end: start + w, width: w, before });
    }
  }
  return [...best.values()];
}

function traceBack(line: Line, sigma: number, steps: readonly State[][]): Alignment {
  let state = steps.at(-1)!.reduce((best, other) => (other.cost < best.cost ? other : best));
  const [cost, to] = [state.cost, state.end];
  const scores: number[][] = [];
  for (let k = SEGMENTS.length - 1; ; k--) {
    scores.unshift([...line.likenesses(SEGMENTS[k]!, sigma, state.end - state.width, state.width)]);
    if (k === 0) break;
    state = steps[k - 1]![state.before]!;
  }
  return { likeness: 1 - cost / (MODULES * RESOLUTION), scores, from: state.end - state.width, to };
}

/** Samples with their running sums, so that any stretch's mean and norm are at hand. */
class Line {
  readonly #samples: Float32Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #likenesses = new Float32Array(MAX_PATTERNS);

  constructor(samples: Float32Array) {
    this.#samples = samples;
    this.#sums = new Float64Array(samples.length + 1);
    this.#squares = new Float64Array(samples.length + 1);
    for (let i = 0; i < samples.length; i++) {
      this.#sums[i + 1] = this.#sums[i]! + samples[i]!;
      this.#squares[i + 1] = this.#squares[i]! + samples[i]! ** 2;
    }
  }

  bestLikeness(kind: SegmentKind, sigma: number, start: number, width: number): number {
    return this.likenesses(kind, sigma, start, width).reduce(larger, -1);
  }

  /** Correlation with each pattern, −1 to 1. In a buffer that the next call overwrites. */
  likenesses(kind: SegmentKind, sigma: number, start: number, width: number): Float32Array {
    const [before, after] = contextOf(kind);
    const module = width / SEGMENT_MODULES[kind];
    const from = Math.max(0, Math.round(start - before * module));
    const length = Math.round((before + after) * module) + width;
    const { patterns, count } = templates(kind, sigma, length);
    const result = this.#likenesses.subarray(0, count);
    if (from + length > this.#samples.length) return result.fill(-1);
    const sum = this.#sums[from + length]! - this.#sums[from]!;
    const variance = this.#squares[from + length]! - this.#squares[from]! - (sum * sum) / length;
    const norm = Math.sqrt(Math.max(variance, MIN_VARIANCE * length));
    for (let pattern = 0, at = 0; pattern < count; pattern++) {
      let product = 0;
      for (let i = from; i < from + length; i++, at++) product += patterns[at]! * this.#samples[i]!;
      result[pattern] = product / norm;
    }
    return result;
  }
}

function larger(a: number, b: number): number {
  return a > b ? a : b;
}

/** Flat paper has no likeness to anything, whatever its grain. */
const MIN_VARIANCE = 1;
