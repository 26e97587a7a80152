/**
 * Beam search as transformers.generate does it for one image at a time, for several at once. In a batch transformers goes on
 * with every row until the last one is done, so that with `early_stopping: false` a row may read otherwise in other company;
 * here each row ends by itself, and company changes nothing.
 */
import type { DecodingBatch } from './decoder.ts';
import type { GeneratedSequence, Generation, IsWanted } from './generation.ts';
import { applyRules, logSumExp } from './token-scores.ts';
import { type Candidate, TopCandidates } from './top-candidates.ts';

/** Keeps what is out of the race behind everything in it, as transformers does, and still in order among itself. */
const OUT = -1e9;

interface Beam {
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
  /** Sum of the scores of its tokens. */
  readonly sum: number;
  /** The row of the batch that its last step came from. */
  readonly row: number;
}

interface Search {
  readonly image: number;
  /** The best first. */
  running: Beam[];
  /** The best first, numBeams at most. */
  finished: GeneratedSequence[];
}

/** @returns one sequence an image, the best; null where it was no longer wanted. */
export async function beamSearch(
  batch: DecodingBatch,
  images: number,
  generation: Generation,
  isWanted: IsWanted,
): Promise<(GeneratedSequence | null)[]> {
  const results = new Array<GeneratedSequence | null>(images).fill(null);
  // At first all beams of an image are the same: one row does for them.
  let searches = Array.from({ length: images }, (_, image) => beginSearch(image, generation));
  let rowsOf = (search: Search): Beam[] => search.running.slice(0, 1);
  while (searches.length > 0) {
    const logits = await batch.step(searches.flatMap(rowsOf).map(({ tokens }) => tokens.at(-1)!));
    const going: Search[] = [];
    for (const search of searches) {
      const goesOn = advance(search, logits, generation);
      if (!goesOn) results[search.image] = search.finished[0]!;
      else if (isWanted(search.image)) going.push(search);
    }
    batch.arrange(going.flatMap(({ running }) => running.map(({ row }) => row)));
    searches = going;
    rowsOf = ({ running }) => running;
    numberRows(searches);
  }
  return results;
}

function beginSearch(image: number, { startToken, numBeams }: Generation): Search {
  const running = Array.from({ length: numBeams }, (_, i) => ({
    tokens: [startToken],
    logProbabilities: [],
    sum: i === 0 ? 0 : OUT,
    row: image,
  }));
  return { image, running, finished: [] };
}

/** After rows have been arranged each beam has its own. */
function numberRows(searches: readonly Search[]): void {
  let row = 0;
  for (const search of searches) search.running = search.running.map((beam) => ({ ...beam, row: row++ }));
}

/** One step of one image. @returns whether it goes on. */
function advance(search: Search, logits: readonly Float32Array[], generation: Generation): boolean {
  const { numBeams, endTokens, maxLength } = generation;
  const candidates = extend(search.running, logits, generation);
  const isFull = candidates[0]!.tokens.length >= maxLength;
  const ends = (beam: Beam) => isFull || endTokens.includes(beam.tokens.at(-1)!);
  // Only the best may finish; the rest are there so that enough beams go on.
  const ended = candidates.slice(0, numBeams).filter(ends);
  const isClosed = generation.earlyStopping === true && search.finished.length === numBeams;
  if (!isClosed) search.finished = best(search.finished, ended, generation);
  const out = candidates.filter(ends).map((beam) => ({ ...beam, sum: beam.sum + OUT }));
  search.running = [...candidates.filter((beam) => !ends(beam)), ...out].slice(0, numBeams);
  return out.length < candidates.length && mayImprove(search, generation);
}

/** The best continuations of all beams, the best first: one more a beam than there are ways to end it. */
function extend(running: readonly Beam[], logits: readonly Float32Array[], generation: Generation): Beam[] {
  const top = new TopCandidates(Math.max(2, 1 + generation.endTokens.length) * generation.numBeams);
  const totals = running.map((beam, index) => {
    const own = logits[beam.row]!;
    const total = logSumExp(own);
    const scores = own.map((logit) => logit - total);
    applyRules(scores, beam.tokens, generation);
    top.offer(scores, beam.sum, index);
    return total;
  });
  return top.sorted().map(({ beam: index, token, sum }: Candidate) => {
    const beam = running[index]!;
    const logProbability = logits[beam.row]![token]! - totals[index]!;
    return {
      tokens: [...beam.tokens, token],
      logProbabilities: [...beam.logProbabilities, logProbability],
      sum,
      row: beam.row,
    };
  });
}

function best(
  finished: readonly GeneratedSequence[],
  ended: readonly Beam[],
  { numBeams, lengthPenalty, endTokens }: Generation,
): GeneratedSequence[] {
  const added = ended.map(({ tokens, logProbabilities, sum }) => ({
    tokens,
    logProbabilities,
    score: sum / (tokens.length - 1) ** lengthPenalty,
    ended: endTokens.includes(tokens.at(-1)!),
  }));
  return [...finished, ...added].sort((a, b) => b.score! - a.score!).slice(0, numBeams);
}

/** Whether a running beam could still be better than the worst that has finished. */
function mayImprove({ running, finished }: Search, generation: Generation): boolean {
  const { numBeams, earlyStopping, lengthPenalty, maxLength } = generation;
  if (finished.length < numBeams) return true;
  if (earlyStopping === true) return false;
  // `never` asks for the best that any length could bring; `false` takes the present one, which may miss a better one.
  const { tokens, sum } = running[0]!;
  const length = earlyStopping === 'never' && lengthPenalty > 0 ? maxLength - 1 : tokens.length - 1;
  return sum / length ** lengthPenalty > finished.at(-1)!.score!;
}
