/** From tokens to a line with places and confidence. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rectOf } from '../geometry.ts';
import { expected, TINY_MODEL } from './expected.fixture.ts';
import { spreadLine } from './spread-line.ts';
import { tokenText } from './token-text.ts';
import { createTokenizer } from './tokenizer.ts';

/** As trocr-base has one: byte-level BPE. */
const bytes = createTokenizer(JSON.parse(readFileSync(`${TINY_MODEL}/tokenizer.json`, 'utf8')), {});
/** As trocr-small has one: XLM-RoBERTa's Unigram with ▁ for spaces. */
const unigram = createTokenizer(
  {
    version: '1.0',
    added_tokens: [0, 1, 2, 3].map((id) => ({
      id,
      content: ['<s>', '<pad>', '</s>', '<unk>'][id],
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
    post_processor: null,
    decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
    model: {
      type: 'Unigram',
      unk_id: 3,
      vocab: ['<s>', '<pad>', '</s>', '<unk>', '▁TOTAL', '▁', '12', '.', '50', '▁£', 'S'].map((token, i) => [
        token,
        -i,
      ]),
    },
  },
  {},
);
const sequence = (tokens: number[], probabilities: number[], ended = true) => ({
  tokens: [2, ...tokens],
  logProbabilities: probabilities.map(Math.log),
  score: null,
  ended,
});
const rect = rectOf([
  { x: 100, y: 20 },
  { x: 220, y: 20 },
  { x: 220, y: 40 },
  { x: 100, y: 40 },
]);

describe('createTokenizer', () => {
  test('decodes as transformers does, special tokens left out', () => {
    for (const { greedy, text } of expected.images) expect(bytes.decode(greedy.tokens)).toBe(text);
  });

  test('puts pieces of words together, and keeps the spaces before points', () => {
    expect(unigram.decode([2, 4, 10, 9, 6, 7, 8, 2])).toBe('TOTALS £12.50');
    expect(unigram.decode([4, 5, 7])).toBe('TOTAL .');
  });
});

describe('tokenText', () => {
  test('every character has the probability of the token that brought it', () => {
    const { text, probabilities } = tokenText(sequence([4, 10, 9, 2], [0.9, 0.5, 0.8, 0.95]), unigram);
    expect(text).toBe('TOTALS £');
    expect(probabilities.map((p) => Math.round(p * 100))).toEqual([90, 90, 90, 90, 90, 50, 80, 80]);
  });

  test('a doubtful end makes the last character doubtful', () => {
    const { probabilities } = tokenText(sequence([4, 2], [0.9, 0.25]), unigram);
    expect(probabilities.at(-1)).toBeCloseTo(0.25);
    expect(probabilities.at(-2)).toBeCloseTo(0.9);
  });

  test('a sequence that was cut ends in a character nobody vouches for', () => {
    const { text, probabilities } = tokenText(sequence([4, 6], [0.9, 0.9], false), unigram);
    expect(text).toBe('TOTAL12');
    expect(probabilities.at(-1)).toBe(0);
  });

  test('a character of several tokens is as sure as the least of them', () => {
    const vocabulary = JSON.parse(readFileSync(`${TINY_MODEL}/tokenizer.json`, 'utf8')).model.vocab as Record<
      string,
      number
    >;
    // ক is E0 A6 95 in UTF-8, and no token of its own; these are the letters that stand for its bytes.
    const tokens = ['A', 'à', '¦', 'ķ', 'B'].map((letter) => vocabulary[letter]!);
    const { text, probabilities } = tokenText(sequence([...tokens, 2], [0.9, 0.8, 0.3, 0.7, 0.6, 1]), bytes);
    expect(text).toBe('AকB');
    expect(probabilities.map((p) => Math.round(p * 10))).toEqual([9, 3, 6]);
  });

  test('without any text there is nothing', () => {
    expect(tokenText(sequence([2], [0.7]), unigram)).toEqual({ text: '', probabilities: [] });
  });
});

describe('spreadLine', () => {
  test('words share the rectangle by their characters and the spaces between', () => {
    const text = ' TOTAL  12.50 ';
    const probabilities = [...text].map((letter) => (letter === '1' ? 0.4 : 0.8));
    const line = spreadLine({ text, probabilities }, rect)!;
    expect(line.text).toBe('TOTAL 12.50');
    expect(line.confidence).toBeCloseTo((9 * 0.8 + 0.4) / 10);
    expect(line.polygon[1]).toEqual([220, 20]);
    expect(line.words).toEqual([
      {
        text: 'TOTAL',
        confidence: 0.8,
        polygon: [
          [100, 20],
          [150, 20],
          [150, 40],
          [100, 40],
        ],
      },
      {
        text: '12.50',
        confidence: 0.4,
        polygon: [
          [170, 20],
          [220, 20],
          [220, 40],
          [170, 40],
        ],
      },
    ]);
  });

  test('white space alone is no line', () => {
    expect(spreadLine({ text: ' \n', probabilities: [1, 1] }, rect)).toBeNull();
  });
});
