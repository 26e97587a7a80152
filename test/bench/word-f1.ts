/** Matches of two lists as multisets, and how many each holds. */
export interface Overlap {
  readonly matched: number;
  readonly predicted: number;
  readonly true: number;
}

export function overlap(predicted: readonly string[], truth: readonly string[]): Overlap {
  const left = new Map<string, number>();
  for (const item of truth) left.set(item, (left.get(item) ?? 0) + 1);
  let matched = 0;
  for (const item of predicted) {
    const count = left.get(item) ?? 0;
    if (count > 0) matched++;
    left.set(item, count - 1);
  }
  return { matched, predicted: predicted.length, true: truth.length };
}

export function sumOverlaps(overlaps: readonly Overlap[]): Overlap {
  return overlaps.reduce(
    (sum, o) => ({ matched: sum.matched + o.matched, predicted: sum.predicted + o.predicted, true: sum.true + o.true }),
    { matched: 0, predicted: 0, true: 0 },
  );
}

export function f1({ matched, predicted, true: truth }: Overlap): number {
  return predicted + truth === 0 ? 0 : (2 * matched) / (predicted + truth);
}

/** Words as word F1 counts them: split on white space, upper case. */
export function wordsOf(text: string): string[] {
  return text.toUpperCase().split(/\s+/).filter(Boolean);
}

/** Words of a text against the lines that are truly there; their order plays no part. */
export function wordOverlap(text: string, truth: readonly string[]): Overlap {
  return overlap(wordsOf(text), truth.flatMap(wordsOf));
}
