/** What may come next, as transformers' logits processors settle it. */

export interface TokenRules {
  /** Any of them ends a sequence. */
  readonly endTokens: readonly number[];
  /** Tokens of a sequence at most, the first and the last included. */
  readonly maxLength: number;
  /** Before so many tokens, the first included, none may end it. */
  readonly minLength: number;
  /** No run of so many tokens comes twice; 0: any may. */
  readonly noRepeatNgram: number;
  /** Over 1: tokens that came already become less likely. */
  readonly repetitionPenalty: number;
  /** The only token that may come after the first one. */
  readonly forcedFirst: number | null;
  /** The only token that may come last. */
  readonly forcedLast: number | null;
}

/**
 * log Σ exp: what turns logits into logarithms of probabilities.
 * @throws Error where the network gave no numbers: whatever would be read from them means nothing.
 */
export function logSumExp(logits: Float32Array): number {
  let highest = -Infinity;
  for (const value of logits) if (value > highest) highest = value;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - highest);
  const total = highest + Math.log(sum);
  if (!Number.isFinite(total)) throw new Error('The decoder of TrOCR gave what are no numbers');
  return total;
}

/**
 * Apply the rules in place, in the order of transformers.
 * @param scores of each token: logits (greedy) or logarithms of probabilities (beams).
 * @param tokens of the sequence so far.
 */
export function applyRules(scores: Float32Array, tokens: readonly number[], rules: TokenRules): void {
  if (rules.repetitionPenalty !== 1) penaliseRepeats(scores, tokens, rules.repetitionPenalty);
  for (const token of bannedByNgrams(tokens, rules.noRepeatNgram)) scores[token] = -Infinity;
  if (tokens.length < rules.minLength) for (const token of rules.endTokens) scores[token] = -Infinity;
  if (tokens.length === 1 && rules.forcedFirst !== null) force(scores, rules.forcedFirst);
  if (tokens.length === rules.maxLength - 1 && rules.forcedLast !== null) force(scores, rules.forcedLast);
}

function penaliseRepeats(scores: Float32Array, tokens: readonly number[], penalty: number): void {
  for (const token of new Set(tokens)) {
    const score = scores[token]!;
    scores[token] = score < 0 ? score * penalty : score / penalty;
  }
}

/** Tokens that would end a run of `length` tokens that is there already. */
function bannedByNgrams(tokens: readonly number[], length: number): number[] {
  if (length === 0 || tokens.length + 1 < length) return [];
  const prefix = tokens.slice(tokens.length - length + 1);
  const banned: number[] = [];
  for (let at = 0; at + length <= tokens.length; at++) {
    if (prefix.every((token, i) => tokens[at + i] === token)) banned.push(tokens[at + length - 1]!);
  }
  return banned;
}

function force(scores: Float32Array, token: number): void {
  scores.fill(-Infinity);
  scores[token] = 0;
}
