import { PARITY } from './ean-templates.ts';

/** A code that the scores allow, with its score: the sum of its digits' likenesses. */
export interface Candidate {
  readonly code: string;
  readonly score: number;
}

/**
 * The two EAN-13 codes with right check digits that look most like what was seen.
 * @param left six times the likeness of 0 to 9 in set A, then of 0 to 9 in set B; `right` six times of 0 to 9 in set C.
 */
export function bestCodes(left: readonly (readonly number[])[], right: readonly (readonly number[])[]): Candidate[] {
  const all = PARITY.flatMap((parity, first) => {
    const columns = [...parity].map((set, k) => left[k]!.slice(set === '1' ? 10 : 0, set === '1' ? 20 : 10));
    return bestOfParity(first, [...columns, ...right]);
  });
  return all.sort((a, b) => b.score - a.score).slice(0, 2);
}

/** The two best codes for every sum modulo 10 of the digits so far, their weights from the right 1 and 3 in turn. */
function bestOfParity(first: number, columns: readonly (readonly number[])[]): Candidate[] {
  let states: Candidate[][] = Array.from({ length: 10 }, (_, sum) =>
    sum === first ? [{ code: String(first), score: 0 }] : [],
  );
  for (const [k, column] of columns.entries()) {
    const next: Candidate[][] = Array.from({ length: 10 }, () => []);
    for (const [sum, candidates] of states.entries()) {
      for (const { code, score } of candidates) {
        for (const [digit, likeness] of column.entries()) {
          next[(sum + digit * (k % 2 === 0 ? 3 : 1)) % 10]!.push({ code: code + digit, score: score + likeness });
        }
      }
    }
    states = next.map((candidates) => candidates.sort((a, b) => b.score - a.score).slice(0, 2));
  }
  return states[0]!;
}
