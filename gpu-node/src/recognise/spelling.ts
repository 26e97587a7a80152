/**
 * Words mended by what is usually printed. A word that no list knows but that is one letter from one that is listed is
 * taken for it when the recogniser itself finds that hardly less likely: "Totai" becomes "Total" because the l was nearly
 * as likely as the i. What was read clearly stays as it was, listed or not.
 */
import type { Lexicon } from './lexicon.ts';

/** How much less likely, as a natural logarithm, the listed word may be. Two letters tell less than many. */
const TOLERANCE = 4;
const TOLERANCE_SHORT = 3;
const SHORT = 3;
/** Runs of letters and what is taken for letters. */
const RUN = /[A-Za-z0-9|!$]+/g;
/** Below this share of letters a run is a number or a code. */
const LETTER_SHARE = 0.6;

/**
 * @param word without white space.
 * @param likelihood of a text in the place of the word, as a natural logarithm.
 */
export function mendSpelling(word: string, lexicon: Lexicon, likelihood: (text: string) => number): string {
  let mended = word;
  // From the last to the first, so that a change of length moves no run that is still to be looked at.
  for (const run of [...word.matchAll(RUN)].reverse()) {
    if (!mayBeMisspelt(run[0], lexicon)) continue;
    const before = mended.slice(0, run.index);
    const after = mended.slice(run.index + run[0].length);
    const likeliest = likeliestOf(
      lexicon.near(run[0]).map((listed) => before + inCaseOf(run[0], listed) + after),
      likelihood,
    );
    if (!likeliest) continue;
    const tolerance = run[0].length < SHORT ? TOLERANCE_SHORT : TOLERANCE;
    if (likeliest.score > likelihood(mended) - tolerance) mended = likeliest.text;
  }
  return mended;
}

function mayBeMisspelt(run: string, lexicon: Lexicon): boolean {
  const letters = run.replace(/[^A-Za-z]/g, '').length;
  // 1D is ID, but 1 is 1.
  const isShortMix = run.length === 2 && letters === 1;
  return (isShortMix || (run.length >= 2 && letters >= LETTER_SHARE * run.length)) && !lexicon.has(run);
}

function likeliestOf(
  texts: readonly string[],
  likelihood: (text: string) => number,
): { text: string; score: number } | undefined {
  return texts.map((text) => ({ text, score: likelihood(text) })).sort((a, b) => b.score - a.score)[0];
}

/** TOTAL, Total or total, like the word that was read. */
function inCaseOf(read: string, listed: string): string {
  if (!/[a-z]/.test(read)) return listed.toUpperCase();
  return /^[A-Z]/.test(read) ? listed[0]!.toUpperCase() + listed.slice(1) : listed;
}
