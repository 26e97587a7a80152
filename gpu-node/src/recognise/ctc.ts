import type { Alphabet } from './alphabet.ts';

export interface CtcCharacter {
  readonly text: string;
  /** Probability at the step where it was surest. */
  readonly confidence: number;
  /** First and last time step that voted for it. */
  readonly start: number;
  readonly end: number;
  /** Highest probability of a space on the steps between the character before and this one; 0 for the first. */
  readonly spaceBefore: number;
}

/**
 * Greedy decoding of Connectionist Temporal Classification (Graves et al. 2006): the best class a step, repeats merged.
 * @param probabilities one row of the recogniser's output, [steps, classCount], each step summing to 1.
 */
export function decodeCtc(probabilities: Float32Array, classCount: number, alphabet: Alphabet): CtcCharacter[] {
  const indexes = Int32Array.from(alphabet.classes, (c) => c.index);
  const steps = Math.floor(probabilities.length / classCount);
  const characters: CtcCharacter[] = [];
  let previous = '';
  let space = 0;
  for (let step = 0; step < steps; step++) {
    const row = step * classCount;
    const best = alphabet.classes[argMax(probabilities, row, indexes)]!;
    const isGap = best.text === '' || best.text === ' ';
    // Characters are compared by text, not class: a full-width form and its ASCII twin are one character.
    if (isGap) {
      if (alphabet.space > 0) space = Math.max(space, probabilities[row + alphabet.space]!);
    } else if (best.text === previous) {
      const last = characters.pop()!;
      characters.push({ ...last, confidence: Math.max(last.confidence, probabilities[row + best.index]!), end: step });
    } else {
      const spaceBefore = characters.length > 0 ? space : 0;
      characters.push({
        text: best.text,
        confidence: probabilities[row + best.index]!,
        start: step,
        end: step,
        spaceBefore,
      });
    }
    if (!isGap) space = 0;
    previous = best.text;
  }
  return characters;
}

/** Position in `indexes` of the most probable class. */
function argMax(values: Float32Array, row: number, indexes: Int32Array): number {
  let best = 0;
  let most = -1;
  for (let i = 0; i < indexes.length; i++) {
    const value = values[row + indexes[i]!]!;
    if (value > most) {
      most = value;
      best = i;
    }
  }
  return best;
}
