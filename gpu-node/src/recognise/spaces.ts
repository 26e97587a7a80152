/**
 * Where words begin. PP-OCR's recogniser was trained on Chinese and drops most spaces between Latin words, but it
 * gives them away: by the time steps it leaves empty and by a small probability of a space. A logistic model weighs
 * these with the kinds of the two characters. `npm run bench -- spaces` fits the weights and cross-validates them.
 */
import type { CtcCharacter } from './ctc.ts';
import type { Lexicon } from './lexicon.ts';
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
  'clock',
  'address',
  'both_digits',
  'lower_upper',
  'after_open',
  'before_open',
  'before_close',
] as const;
export type GapFeatures = Record<(typeof GAP_FEATURES)[number], number>;

/** Gaps with a score beyond these are what they seem, whatever the lexicon says. */
const LIKELY_SPACE = 4;
const UNLIKELY_SPACE = -2;
/** Pieces that one word may have been broken into. */
const MAX_PIECES = 4;
/** Shorter words are not joined or parted: too many letters in a row happen to be one. */
const SHORTEST_JOINED = 5;

/**
 * @param lexicon joins the pieces of a listed word and parts two that run together, where the gaps leave a doubt.
 * @returns one flag a character: whether it starts a word. The first always does.
 */
export function wordStarts(characters: readonly CtcCharacter[], lexicon: Lexicon | null = null): boolean[] {
  const typical = typicalAdvance(characters);
  const scores = characters.map((_, i) => (i === 0 ? Infinity : spaceScore(gapFeatures(characters, i, typical))));
  const starts = scores.map((score) => score > 0);
  if (!lexicon) return starts;
  for (let first = 0; first < characters.length; first = nextStart(starts, first)) {
    joinPieces(first, starts, { characters, scores, lexicon });
    partRunTogether(first, starts, { characters, scores, lexicon });
  }
  return starts;
}

interface DoubtfulLine {
  readonly characters: readonly CtcCharacter[];
  readonly scores: readonly number[];
  readonly lexicon: Lexicon;
}

/** Join the word that begins at `first` with pieces behind it when they make a listed word only together. */
function joinPieces(first: number, starts: boolean[], line: DoubtfulLine): void {
  const ends = [nextStart(starts, first)];
  while (ends.length < MAX_PIECES && isDoubtfulSpace(ends.at(-1)!, line)) ends.push(nextStart(starts, ends.at(-1)!));
  for (let pieces = ends.length; pieces >= 2; pieces--) {
    const bounds = [first, ...ends.slice(0, pieces)];
    if (!isListed(first, bounds.at(-1)!, line, SHORTEST_JOINED)) continue;
    if (bounds.slice(1).every((end, i) => isListed(bounds[i]!, end, line))) continue;
    for (const inner of bounds.slice(1, -1)) starts[inner] = false;
    return;
  }
}

function isDoubtfulSpace(index: number, { characters, scores }: DoubtfulLine): boolean {
  return (
    index < characters.length &&
    scores[index]! < LIKELY_SPACE &&
    LETTER.test(characters[index - 1]!.text) &&
    LETTER.test(characters[index]!.text)
  );
}

/** Part the word that begins at `first` where two listed ones run together. */
function partRunTogether(first: number, starts: boolean[], line: DoubtfulLine): void {
  const end = nextStart(starts, first);
  if (isListed(first, end, line)) return;
  const gaps = line.scores.map((score, at) => ({ score, at })).slice(first + 1, end);
  const parting = gaps
    .filter(({ score, at }) => score > UNLIKELY_SPACE && isListed(first, at, line) && isListed(at, end, line))
    .sort((a, b) => b.score - a.score)[0];
  if (parting) starts[parting.at] = true;
}

/** Whether some characters spell a listed word, with at most one sign on either side. */
function isListed(from: number, to: number, { characters, lexicon }: DoubtfulLine, least = 3): boolean {
  const text = characters
    .slice(from, to)
    .map((character) => character.text)
    .join('');
  const [, word] = /^[^A-Za-z]?([A-Za-z]+)[^A-Za-z]?$/.exec(text) ?? [];
  return word !== undefined && word.length >= least && lexicon.has(word);
}

/** Where the next word begins, or the number of characters. */
function nextStart(starts: readonly boolean[], after: number): number {
  const next = starts.indexOf(true, after + 1);
  return next === -1 ? starts.length : next;
}

function spaceScore(features: GapFeatures): number {
  return GAP_FEATURES.reduce((score, name) => score + weights.features[name] * features[name], weights.bias);
}

const NARROW = /[iIl1.,:;'!|()[\]jtfr\-/]/;
const LOWER = /\p{Ll}/u;
const UPPER = /\p{Lu}/u;
const DIGIT = /\d/;
const LETTER = /[A-Za-z]/;
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
    clock: is(DIGIT, characters[index - 2]) * is(COLON, before) * is(DIGIT, after),
    address: is(LOWER, characters[index - 2]) * is(POINT, before) * is(LOWER, after),
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
