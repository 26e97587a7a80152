import type { Alphabet } from './alphabet.ts';
import { type CtcCharacter, decodeCtc } from './ctc.ts';
import { leastCertainty, logLikelihood } from './ctc-likelihood.ts';
import type { Lexicon } from './lexicon.ts';
import { mendLookalikes } from './lookalikes.ts';
import { wordStarts } from './spaces.ts';
import { mendSpelling } from './spelling.ts';

/** A word as it stands on a line. */
export interface ReadWord {
  /** Mended; need not be the characters'. */
  readonly text: string;
  /** As they were read; never empty. */
  readonly characters: readonly CtcCharacter[];
}

/** Where every step is as certain as this, any other text is over e⁴ times less likely: nothing is to be mended. */
const CERTAIN = 0.982;

/**
 * The words of one line.
 * @param probabilities one row of the recogniser's output, [steps, classCount], each step summing to 1.
 * @param lexicon null to leave words as they were read.
 */
export function readWords(
  probabilities: Float32Array,
  classCount: number,
  alphabet: Alphabet,
  lexicon: Lexicon | null,
): ReadWord[] {
  const words = splitWords(decodeCtc(probabilities, classCount, alphabet), lexicon);
  const stepCount = probabilities.length / classCount;
  return words.map((characters, i) => {
    const read = textOf(characters);
    // Up to its neighbours: a letter that was lost may have been on the steps beside the word.
    const from = i === 0 ? 0 : words[i - 1]!.at(-1)!.end + 1;
    const to = words[i + 1]?.at(0)?.start ?? stepCount;
    const steps = { probabilities, classCount, from, to };
    const mayMend = lexicon !== null && leastCertainty(steps) < CERTAIN;
    const mended = mayMend ? mendSpelling(read, lexicon, (text) => logLikelihood(text, steps, alphabet)) : read;
    return { text: mendLookalikes(mended), characters };
  });
}

function splitWords(characters: readonly CtcCharacter[], lexicon: Lexicon | null): CtcCharacter[][] {
  const words: CtcCharacter[][] = [];
  wordStarts(characters, lexicon).forEach((starts, i) => {
    if (starts) words.push([]);
    words.at(-1)!.push(characters[i]!);
  });
  return words;
}

function textOf(characters: readonly CtcCharacter[]): string {
  return characters.map((character) => character.text).join('');
}
