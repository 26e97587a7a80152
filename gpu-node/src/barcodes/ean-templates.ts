/** Widths of space, bar, space, bar of the digits of number set A, in modules (ISO/IEC 15420, table 1). */
const SET_A = ['3211', '2221', '2122', '1411', '1132', '1231', '1114', '1312', '1213', '3112'];

/** Seven modules a digit, 1 for a bar: set A and B for the left half, C for the right. */
const A = SET_A.map((widths) => modules(widths, 0));
const C = SET_A.map((widths) => modules(widths, 1));
const B = C.map((digit) => [...digit].reverse());

/** Which of the six digits on the left are of set B tells the thirteenth digit. */
export const PARITY = [
  '000000',
  '001011',
  '001101',
  '001110',
  '010011',
  '011001',
  '011100',
  '010101',
  '010110',
  '011010',
];

function modules(widths: string, first: 0 | 1): number[] {
  return [...widths].flatMap((width, i) => new Array<number>(Number(width)).fill((first + i) % 2));
}

/** A symbol is fifteen segments: guard, six digits, centre guard, six digits, guard. */
export type SegmentKind = 'start' | 'left' | 'centre' | 'right' | 'end';
export const SEGMENTS: readonly SegmentKind[] = [
  'start',
  ...new Array<SegmentKind>(6).fill('left'),
  'centre',
  ...new Array<SegmentKind>(6).fill('right'),
  'end',
];
/** Where digits stand among the segments, the left six first. */
export const DIGIT_SEGMENTS = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13];
/** Width of the whole symbol. */
export const MODULES = 95;
export const SEGMENT_MODULES: Record<SegmentKind, number> = { start: 3, left: 7, centre: 5, right: 7, end: 3 };

/** What may stand in a segment, by kind; of the left digits those of set A, then those of set B. */
const PATTERNS: Record<SegmentKind, readonly (readonly number[])[]> = {
  start: [[1, 0, 1]],
  left: [...A, ...B],
  centre: [[0, 1, 0, 1, 0]],
  right: C,
  end: [[1, 0, 1]],
};

/** What is sure to stand beside a segment, and is seen in it through blur: quiet zones, and the neighbours' first modules. */
const BESIDE: Record<SegmentKind, readonly [before: readonly number[], after: readonly number[]]> = {
  start: [[0, 0, 0, 0], [0]],
  left: [[1], [0]],
  centre: [[1], [1]],
  right: [[0], [1]],
  end: [[0], [0, 0, 0, 0]],
};

/** Modules before and after a segment that its templates hold as well. */
export function contextOf(kind: SegmentKind): readonly [before: number, after: number] {
  return [BESIDE[kind][0].length, BESIDE[kind][1].length];
}

/** The left digits': ten of each set. */
export const MAX_PATTERNS = 20;

/** What each pattern of a segment looks like through a blur of `sigma` modules; mean 0, norm 1. */
export interface Templates {
  readonly count: number;
  /** One pattern after another, as many samples each as were asked for. */
  readonly patterns: Float32Array;
}

/** By kind, then blur, then samples: asked for some ten thousand times a line. */
const cache = new Map<SegmentKind, Map<number, Templates[]>>();

/** @param samples of the whole template, its context included. */
export function templates(kind: SegmentKind, sigma: number, samples: number): Templates {
  const byBlur = cache.get(kind) ?? new Map<number, Templates[]>();
  const byLength = byBlur.get(sigma) ?? [];
  if (byLength[samples] === undefined) {
    byLength[samples] = makeTemplates(kind, sigma, samples);
    cache.set(kind, byBlur.set(sigma, byLength));
  }
  return byLength[samples];
}

function makeTemplates(kind: SegmentKind, sigma: number, samples: number): Templates {
  const made = PATTERNS[kind].map((pattern) => template(kind, pattern, sigma, samples));
  const patterns = new Float32Array(made.length * samples);
  for (const [i, values] of made.entries()) patterns.set(values, i * samples);
  return { count: made.length, patterns };
}

function template(kind: SegmentKind, pattern: readonly number[], sigma: number, samples: number): Float32Array {
  const [before, after] = BESIDE[kind];
  const bars = [...before, ...pattern, ...after];
  const values = Float32Array.from({ length: samples }, (_, i) =>
    blurred(kind, bars, ((i + 0.5) * bars.length) / samples, sigma),
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / samples;
  const norm = Math.hypot(...values.map((value) => value - mean));
  return values.map((value) => (value - mean) / norm);
}

/**
 * Brightness at a place, in modules, of bars behind a Gaussian. Beyond a quiet zone there is more of it; beyond what is
 * known of a neighbour as many bars as spaces.
 */
function blurred(kind: SegmentKind, bars: readonly number[], at: number, sigma: number): number {
  let dark = kind === 'start' ? 0 : gaussian(-at / sigma) / 2;
  dark += kind === 'end' ? 0 : gaussian((at - bars.length) / sigma) / 2;
  for (const [i, bar] of bars.entries()) {
    dark += bar * (gaussian((i + 1 - at) / sigma) - gaussian((i - at) / sigma));
  }
  return 1 - dark;
}

/** The normal distribution's integral, to 0.0002: logistic approximation of Bowling and others (2009). */
function gaussian(x: number): number {
  return 1 / (1 + Math.exp(-(0.07056 * x ** 3 + 1.5976 * x)));
}
