/**
 * Where words begin. PP-OCR's recogniser was trained on Chinese and drops most spaces between Latin words, but it
 * gives them away: by the time steps it leaves empty and by a small probability of a space. A logistic model weighs
 * these with the kinds of the two characters. `npm run bench -- spaces` fits the weights and cross-validates them.
 */
import type { CtcCharacter } from './ctc.ts';
import weights from './space-weights.json' with { type: 'json' };

export const GAP_FEATURES = [
  'relative_advance',
  'advance',
  'empty_steps',
  'space_vote',
  'narrow_characters',
  'after_lower',
  'before_lower',
  'after_point',
  'before_point',
  'after_colon',
  'before_colon',
  'decimal',
  'both_digits',
  'lower_upper',
  'after_open',
  'before_open',
  'before_close',
] as const;
export type GapFeatures = Record<(typeof GAP_FEATURES)[number], number>;

/** @returns one flag a character: whether it starts a word. The first always does. */
export function wordStarts(characters: readonly CtcCharacter[]): boolean[] {
  const typical = typicalAdvance(characters);
  return characters.map((_, i) => i === 0 || spaceScore(gapFeatures(characters, i, typical)) > 0);
}

function spaceScore(features: GapFeatures): number {
  return GAP_FEATURES.reduce((score, name) => score + weights.features[name] * features[name], weights.bias);
}

const NARROW = /[iIl1.,:;'!|()[\]jtfr\-/]/;
const LOWER = /\p{Ll}/u;
const UPPER = /\p{Lu}/u;
const DIGIT = /\d/;
const POINT = /[.,]/;
const COLON = /[:;]/;
const OPEN = /[([]/;
const CLOSE = /[)\]]/;

/** What the model knows of the gap before character `index` (1 or more), given the line's typicalAdvance. */
export function gapFeatures(characters: readonly CtcCharacter[], index: number, typical: number): GapFeatures {
  const before = characters[index - 1]!;
  const after = characters[index]!;
  const advance = after.start - before.start;
  const is = (pattern: RegExp, character: CtcCharacter | undefined) =>
    Number(character !== undefined && pattern.test(character.text));
  return {
    relative_advance: advance / typical,
    advance: advance / 4,
    empty_steps: (after.start - before.end - 1) / 4,
    space_vote: Math.log10(Math.max(after.spaceBefore, 1e-6)),
    narrow_characters: is(NARROW, before) + is(NARROW, after),
    after_lower: is(LOWER, before),
    before_lower: is(LOWER, after),
    after_point: is(POINT, before),
    before_point: is(POINT, after),
    after_colon: is(COLON, before),
    before_colon: is(COLON, after),
    decimal: is(DIGIT, characters[index - 2]) * is(POINT, before) * is(DIGIT, after),
    both_digits: is(DIGIT, before) * is(DIGIT, after),
    lower_upper: is(LOWER, before) * is(UPPER, after),
    after_open: is(OPEN, before),
    before_open: is(OPEN, after),
    before_close: is(CLOSE, after),
  };
}

/** Median time steps from one character to the next. */
export function typicalAdvance(characters: readonly CtcCharacter[]): number {
  const advances = characters.slice(1).map((character, i) => character.start - characters[i]!.start);
  const sorted = advances.sort((a, b) => a - b);
  return sorted[sorted.length >> 1] || 1;
}
