import type { Alphabet } from './alphabet.ts';

/** No step rules a character out: the network was trained on other type than tills print. */
const LEAST_PROBABILITY = 1e-4;

/** Some steps of one line as the recogniser gave them. */
export interface Steps {
  /** Row-major [steps, classCount]; each step sums to 1. */
  readonly probabilities: Float32Array;
  readonly classCount: number;
  /** Half open. */
  readonly from: number;
  readonly to: number;
}

/**
 * Log-probability that the steps spell a text: the forward pass of Connectionist Temporal Classification (Graves et al.
 * 2006, equation 8). A space counts as a blank, as it does when text is decoded.
 * @returns −Infinity when there are fewer steps than the text needs.
 */
export function logLikelihood(text: string, steps: Steps, alphabet: Alphabet): number {
  const characters = Array.from(text, (character) => classesOf(character, alphabet));
  const blank = [...classesOf('', alphabet), ...classesOf(' ', alphabet)];
  const places = 2 * characters.length + 1;
  const symbol = (place: number) => (place % 2 === 1 ? characters[(place - 1) / 2]! : blank);
  const skips = (place: number) => place % 2 === 1 && place > 1 && text[(place - 1) / 2] !== text[(place - 3) / 2];
  // As if a step before the first had been before the text.
  let reached = new Float64Array(places + 1).fill(Number.NEGATIVE_INFINITY);
  for (let step = steps.from; step < steps.to; step++) {
    const next = new Float64Array(places + 1).fill(Number.NEGATIVE_INFINITY);
    for (let place = 0; place < places; place++) {
      const isFirst = step === steps.from && place <= 1;
      let sum = isFirst ? 0 : reached[place]!;
      if (!isFirst && place > 0) sum = logSum(sum, reached[place - 1]!);
      if (!isFirst && skips(place)) sum = logSum(sum, reached[place - 2]!);
      next[place] = sum + Math.log(probabilityAt(step, symbol(place), steps));
    }
    reached = next;
  }
  return logSum(reached[places - 1]!, places > 1 ? reached[places - 2]! : Number.NEGATIVE_INFINITY);
}

/** Probability of the likeliest class at the step where that is lowest: 1 where nothing else could have been read. */
export function leastCertainty({ probabilities, classCount, from, to }: Steps): number {
  let least = 1;
  for (let step = from; step < to; step++) {
    let most = 0;
    for (let at = step * classCount; at < (step + 1) * classCount; at++) most = Math.max(most, probabilities[at]!);
    least = Math.min(least, most);
  }
  return least;
}

function probabilityAt(step: number, classes: readonly number[], { probabilities, classCount }: Steps): number {
  let sum = 0;
  for (const index of classes) sum += probabilities[step * classCount + index]!;
  return Math.max(sum, LEAST_PROBABILITY);
}

/** A character may have a full-width twin, and so several classes. */
function classesOf(character: string, { classes }: Alphabet): number[] {
  return classes.filter(({ text }) => text === character).map(({ index }) => index);
}

function logSum(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}
