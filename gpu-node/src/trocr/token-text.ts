import type { GeneratedSequence } from './generation.ts';
import type { TextDecoder } from './tokenizer.ts';

export interface TokenText {
  readonly text: string;
  /** For each UTF-16 unit of the text, the least probability among the tokens that brought it about. */
  readonly probabilities: readonly number[];
}

/**
 * Text of a sequence, and how sure the network was of each of its characters. A token that only begins a character, as bytes of
 * UTF-8 do, counts for the character it ends up in; the end of the sequence counts for the last one: that nothing follows was
 * chosen as well. A sequence that was cut before its end is no reading of the whole line: its last character has probability 0.
 */
export function tokenText({ tokens, logProbabilities, ended }: GeneratedSequence, tokenizer: TextDecoder): TokenText {
  const generated = tokens.slice(1);
  const text = tokenizer.decode(generated);
  const probabilities = new Array<number>(text.length).fill(1);
  let covered = 0;
  let pending = 1;
  for (let count = 1; count <= generated.length; count++) {
    pending = Math.min(pending, Math.exp(logProbabilities[count - 1]!));
    const reached =
      count === generated.length ? text.length : commonLength(tokenizer.decode(generated.slice(0, count)), text);
    if (reached <= covered) continue;
    probabilities.fill(pending, covered, reached);
    [covered, pending] = [reached, 1];
  }
  const last = probabilities.length - 1;
  if (last >= 0) probabilities[last] = ended ? Math.min(probabilities[last]!, pending) : 0;
  return { text, probabilities };
}

/** How far two texts begin alike. */
function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
