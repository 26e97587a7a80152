/** Isotonic regression: the rising curve that fits best. */

export interface Observed {
  readonly confidence: number;
  /** 0 to 1. */
  readonly right: number;
}

/** Blocks of fewer say nothing, so they are joined with the next. */
const LEAST_BLOCK = 30;

/**
 * By pooling adjacent violators (Ayer and others 1955).
 * @returns points [confidence, share right], each of a block, to three decimals. Half an error and half a success are added to
 * each (Jeffreys' prior): nothing that was seen thirty times is certain.
 */
export function fitIsotonic(observed: readonly Observed[]): [number, number][] {
  const blocks: Block[] = [];
  for (const { confidence, right } of observed.toSorted((a, b) => a.confidence - b.confidence)) {
    blocks.push({ count: 1, confidence, right });
    while (blocks.length > 1 && mustJoin(blocks.at(-2)!, blocks.at(-1)!)) joinLast(blocks);
  }
  if (blocks.length > 1 && blocks.at(-1)!.count < LEAST_BLOCK) joinLast(blocks);
  let reached = 0;
  return blocks.map(({ count, confidence, right }) => {
    reached = Math.max(reached, (right + 0.5) / (count + 1));
    return [thousandths(confidence / count), thousandths(reached)];
  });
}

interface Block {
  count: number;
  /** Sums over the block. */
  confidence: number;
  right: number;
}

function joinLast(blocks: Block[]): void {
  const last = blocks.pop()!;
  const before = blocks.at(-1)!;
  before.count += last.count;
  before.confidence += last.confidence;
  before.right += last.right;
}

function mustJoin(before: Block, last: Block): boolean {
  return before.count < LEAST_BLOCK || before.right / before.count >= last.right / last.count;
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
