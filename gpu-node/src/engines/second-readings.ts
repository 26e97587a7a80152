import type { RotatedRect } from '../geometry.ts';
import { alikeness } from '../pdf/alikeness.ts';
import type { RecognisedLine } from '../recognise/text-line.ts';

export interface SecondReadingOptions {
  /** Lines below it are read by the next engine too; 0: none. */
  readonly below: number;
  /** For all lines of a page together. */
  readonly budgetMs: number;
  /** Lines that the next engine reads at a time. */
  readonly concurrency: number;
}

type Lines = readonly (RecognisedLine | null)[];

/**
 * Read the least sure lines by another engine until all are read or the time is over.
 * @param read what it throws leaves the line as it was.
 * @returns the better reading of each line.
 */
export async function readDoubtfulLines(
  rects: readonly RotatedRect[],
  lines: Lines,
  read: (rect: RotatedRect) => Promise<RecognisedLine | null>,
  { below, budgetMs, concurrency }: SecondReadingOptions,
): Promise<(RecognisedLine | null)[]> {
  const better = [...lines];
  const doubtful = lines
    .flatMap((line, index) => (line && line.confidence < below ? [{ line, index }] : []))
    .sort((a, b) => a.line.confidence - b.line.confidence);
  if (doubtful.length === 0) return better;
  let isOver = false;
  const next = async (): Promise<void> => {
    for (let item = doubtful.shift(); item && !isOver; item = doubtful.shift()) {
      const second = await read(rects[item.index]!).catch(() => null);
      if (!isOver) better[item.index] = betterReading(item.line, second);
    }
  };
  const all = Promise.all(Array.from({ length: concurrency }, next)).then(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, budgetMs);
  });
  await Promise.race([all, over]).finally(() => clearTimeout(timer));
  isOver = true;
  return better;
}

/** A second engine counts when it is as sure as this by its own measure … */
const SURE = 0.85;
/** … and saw something like the same text: what is quite different is another misreading more often than a better one. */
const ALIKE = 0.6;

/**
 * What two engines say of their sureness cannot be compared: the first one's doubt, and the second one's sureness by a bound
 * of its own, decide.
 */
export function betterReading(first: RecognisedLine, second: RecognisedLine | null): RecognisedLine {
  if (!second || second.confidence < SURE) return first;
  return alikeness(second.text, first.text) >= ALIKE ? second : first;
}
