import { editDistance } from '../edit-distance.ts';

/** Look alike in many fonts, and are read as one another without anybody lying. */
const LOOKALIKES: Record<string, string> = { O: '0', Q: '0', D: '0', I: '1', L: '1', S: '5', B: '8', Z: '2' };

/**
 * How far two texts agree in their letters and digits: 1 less the edits from one to the other (Levenshtein) as a share of the
 * longer one.
 */
export function alikeness(a: string, b: string): number {
  const [left, right] = [normal(a), normal(b)];
  const longest = Math.max(left.length, right.length);
  return longest === 0 ? 1 : 1 - editDistance(left, right) / longest;
}

function normal(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/[OQDILSBZ]/g, (letter) => LOOKALIKES[letter]!);
}
