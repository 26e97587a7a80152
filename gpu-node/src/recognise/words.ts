import type { Alphabet } from './alphabet.ts';
import { type CtcCharacter, decodeCtc } from './ctc.ts';
import { logLikelihood } from './ctc-likelihood.ts';
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
    const likelihood = (text: string) => logLikelihood(text, { probabilities, classCount, from, to }, alphabet);
    return { text: mendLookalikes(lexicon ? mendSpelling(read, lexicon, likelihood) : read), characters };
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
