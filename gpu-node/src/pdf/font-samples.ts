/** Which words of a text layer are compared with what is seen: fonts are what lies, so a few words of each. */
import { growRect, type RotatedRect } from '../geometry.ts';
import { type LayerLine, rectAround } from './layer-lines.ts';
import type { LayerWord } from './layer-words.ts';

export interface FontSample {
  readonly font: number;
  readonly text: string;
  readonly rect: RotatedRect;
}

/** The fonts with the most text; what is set in others is little. */
const MAX_FONTS = 6;
const SAMPLES_A_FONT = 2;
/** Letters and digits: fewer prove nothing. */
const MIN_CHARACTERS = 4;
const MAX_CHARACTERS = 30;
/** Smaller writing, in pixels, is not read surely enough to give evidence. */
const MIN_EM = 12;
/** The recogniser reads Latin letters; it cannot tell whether others are right. */
const MIN_READABLE_SHARE = 0.8;
/** What the recogniser likes to see around a line, in heights of the font. */
const MARGIN = 0.1;

/** Samples of every font that has words fit for it; those with digits first, which matter most. */
export function chooseSamples(lines: readonly LayerLine[]): FontSample[] {
  const byFont = Map.groupBy(lines.flatMap(sameFontRuns), (run) => run[0]!.font);
  const fonts = [...byFont.values()].sort((a, b) => characters(b.flat()) - characters(a.flat())).slice(0, MAX_FONTS);
  return fonts
    .flatMap((runs) => {
      const fit = runs.map(shortened).filter(isFit);
      fit.sort((a, b) => Number(hasDigit(b)) - Number(hasDigit(a)) || characters(b) - characters(a));
      // The first, and the one in the middle: other words, and probably letters.
      return [...new Set([fit[0], fit[fit.length >> 1]])].filter((run) => run !== undefined).slice(0, SAMPLES_A_FONT);
    })
    .map((run) => {
      const rect = rectAround(run);
      const margin = MARGIN * rect.height;
      return { font: run[0]!.font, text: textOf(run), rect: growRect(rect, margin, margin) };
    });
}

/** Words beside each other in one font. */
function sameFontRuns({ words }: LayerLine): LayerWord[][] {
  const runs: LayerWord[][] = [];
  for (const word of words) {
    const run = runs.at(-1);
    if (run && run[0]!.font === word.font) run.push(word);
    else runs.push([word]);
  }
  return runs;
}

function shortened(run: readonly LayerWord[]): LayerWord[] {
  const words: LayerWord[] = [];
  for (const word of run) {
    if (words.length > 0 && textOf([...words, word]).length > MAX_CHARACTERS) break;
    words.push(word);
  }
  return words;
}

function isFit(run: readonly LayerWord[]): boolean {
  const text = textOf(run);
  return (
    text.length <= 2 * MAX_CHARACTERS &&
    characters(run) >= MIN_CHARACTERS &&
    run.every(({ em, direction }) => em >= MIN_EM && direction.x > 0.99) &&
    text.replace(/[^\x20-\x7e]/g, '').length >= MIN_READABLE_SHARE * text.length
  );
}

function hasDigit(run: readonly LayerWord[]): boolean {
  return run.some(({ text }) => /\d/.test(text));
}

function characters(run: readonly LayerWord[]): number {
  return run.reduce((sum, { text }) => sum + text.replace(/[^A-Za-z0-9]/g, '').length, 0);
}

function textOf(run: readonly LayerWord[]): string {
  return run.map(({ text }) => text).join(' ');
}
