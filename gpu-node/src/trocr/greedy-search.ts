import type { DecodingBatch } from './decoder.ts';
import type { GeneratedSequence, Generation, IsWanted } from './generation.ts';
import { applyRules, logSumExp } from './token-scores.ts';

interface Row {
  readonly image: number;
  readonly tokens: number[];
  readonly logProbabilities: number[];
}

/**
 * The likeliest token at each step. Rows that have ended leave the batch, so that the others go on faster.
 * @returns one sequence an image; null where it was no longer wanted.
 */
export async function greedySearch(
  batch: DecodingBatch,
  images: number,
  generation: Generation,
  isWanted: IsWanted,
): Promise<(GeneratedSequence | null)[]> {
  const results = new Array<GeneratedSequence | null>(images).fill(null);
  const begin = (image: number): Row => ({ image, tokens: [generation.startToken], logProbabilities: [] });
  let rows = Array.from({ length: images }, (_, image) => begin(image));
  while (rows.length > 0) {
    const logits = await batch.step(rows.map(({ tokens }) => tokens.at(-1)!));
    for (const [i, row] of rows.entries()) addToken(row, logits[i]!, generation);
    for (const row of rows) results[row.image] = resultOf(row, generation);
    const going = rows.flatMap(({ image }, i) => (!results[image] && isWanted(image) ? [i] : []));
    batch.arrange(going);
    rows = going.map((i) => rows[i]!);
  }
  return results;
}

function addToken(row: Row, logits: Float32Array, generation: Generation): void {
  const total = logSumExp(logits);
  const scores = logits.slice();
  applyRules(scores, row.tokens, generation);
  const token = indexOfHighest(scores);
  row.tokens.push(token);
  row.logProbabilities.push(logits[token]! - total);
}

/** null while it goes on. */
function resultOf({ tokens, logProbabilities }: Row, { endTokens, maxLength }: Generation): GeneratedSequence | null {
  const ended = endTokens.includes(tokens.at(-1)!);
  return ended || tokens.length >= maxLength ? { tokens, logProbabilities, score: null, ended } : null;
}

function indexOfHighest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
