/** Which words of a line were read right, whatever stands between them. */
import { wordsOf } from './word-f1.ts';

/**
 * The words' characters are laid along the truth's with the fewest edits (Levenshtein 1966). A word is right when all of
 * its characters meet their equals there, next to each other. Case and spaces play no part.
 */
export function wordsRight(words: readonly string[], truth: string): boolean[] {
  const read = words.map((word) => wordsOf(word).join(''));
  const places = placesIn([...read.join('')], [...wordsOf(truth).join('')]);
  let from = 0;
  return read.map((word) => {
    const own = places.slice(from, from + [...word].length);
    from += own.length;
    return own.every((place, i) => place !== null && place === own[0]! + i);
  });
}

/** For each character of `read` the index of its equal in `truth`, or null. */
function placesIn(read: readonly string[], truth: readonly string[]): (number | null)[] {
  const columns = truth.length + 1;
  const cost = new Uint32Array((read.length + 1) * columns);
  for (let i = 0; i <= read.length; i++) {
    for (let j = 0; j <= truth.length; j++) {
      const at = i * columns + j;
      if (i === 0 || j === 0) cost[at] = i + j;
      else {
        const replaced = cost[at - columns - 1]! + Number(read[i - 1] !== truth[j - 1]);
        cost[at] = Math.min(replaced, cost[at - columns]! + 1, cost[at - 1]! + 1);
      }
    }
  }
  const places = read.map((): number | null => null);
  for (let i = read.length, j = truth.length; i > 0 && j > 0; ) {
    const at = i * columns + j;
    const equal = read[i - 1] === truth[j - 1];
    if (cost[at] === cost[at - columns - 1]! + Number(!equal)) {
      i--;
      j--;
      if (equal) places[i] = j;
    } else if (cost[at] === cost[at - columns]! + 1) i--;
    else j--;
  }
  return places;
}
