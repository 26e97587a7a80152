/**
 * How likely a word is right: a logistic model over what the network says of its weakest character, and of those of all words
 * of the page. The network alone is far too sure of itself where a whole page is blurred or tiny.
 * `npm run bench -- reliability` fits the two weights and shows how true the probabilities are; docs/accuracy.md has its tables.
 */
import weights from './confidence-weights.json' with { type: 'json' };

/** Keeps logarithms finite: nothing is surer, or less sure, than this. */
const SUREST = 0.9999;

interface RatedWord {
  readonly text: string;
  readonly confidence: number;
}

export const EVIDENCE = ['word', 'page'] as const;

/**
 * @param words all words of a page, each with the network's probability of its weakest character.
 * @returns for each the probability, 0 to 1, that all its characters are right.
 */
export function wordConfidences(words: readonly RatedWord[]): number[] {
  const evidence = words.map(({ confidence }) => logit(confidence));
  const page = meanOverCharacters(words, evidence);
  return evidence.map((own) => sigmoid(weights.bias + weights.features.word * own + weights.features.page * page));
}

/** What led to confidences, so that the weights can be fitted anew from results. */
export function evidenceBehind(words: readonly RatedWord[]): Record<(typeof EVIDENCE)[number], number>[] {
  const scores = words.map(({ confidence }) => logit(confidence) - weights.bias);
  const page = meanOverCharacters(words, scores) / (weights.features.word + weights.features.page);
  return scores.map((score) => ({ word: (score - weights.features.page * page) / weights.features.word, page }));
}

/** Long words count for more. */
export function meanOverCharacters(words: readonly { readonly text: string }[], values: readonly number[]): number {
  const characters = words.reduce((sum, { text }) => sum + text.length, 0);
  return characters === 0 ? 0 : words.reduce((sum, { text }, i) => sum + values[i]! * text.length, 0) / characters;
}

function logit(probability: number): number {
  const bounded = Math.min(SUREST, Math.max(1 - SUREST, probability));
  return Math.log(bounded / (1 - bounded));
}

function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}
