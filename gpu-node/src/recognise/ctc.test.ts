import { describe, expect, test } from 'vitest';
import { latinAlphabet } from './alphabet.ts';
import { decodeCtc } from './ctc.ts';

const CHARACTERS = ['中', 'a', 'b', 'Ａ', 'A', ' '];
const CLASS_COUNT = CHARACTERS.length + 1;
const ALPHABET = latinAlphabet(CHARACTERS);

/** A step at which one class has the given probability; '_' is the blank. */
type Step = string | readonly [character: string, probability: number, others?: Record<string, number>];

function decode(...steps: Step[]) {
  const rows = steps.map((step) => {
    const [character, probability, others = {}] = typeof step === 'string' ? ([step, 0.9] as const) : step;
    const row = new Float32Array(CLASS_COUNT);
    for (const [name, value] of Object.entries({ ...others, [character]: probability })) {
      row[CHARACTERS.indexOf(name) + 1] = value;
    }
    return row;
  });
  return decodeCtc(Float32Array.from(rows.flatMap((row) => [...row])), CLASS_COUNT, ALPHABET);
}

const text = (...steps: Step[]) =>
  decode(...steps)
    .map((character) => character.text)
    .join('');

describe('decodeCtc', () => {
  test('repeats are one character, a blank between makes them two', () => {
    expect(text('a', 'a', 'a', 'b')).toBe('ab');
    expect(text('a', '_', 'a')).toBe('aa');
    expect(text('_', '_')).toBe('');
    expect(text()).toBe('');
  });

  test('steps and confidence: from first to last vote, at the surest', () => {
    expect(decode('_', ['a', 0.5], ['a', 0.8], ['a', 0.6], '_', ['b', 0.7])).toEqual([
      { text: 'a', confidence: Math.fround(0.8), start: 1, end: 3, spaceBefore: 0 },
      { text: 'b', confidence: Math.fround(0.7), start: 5, end: 5, spaceBefore: 0 },
    ]);
  });

  test('a full-width form and its twin are one character', () => {
    const characters = decode(['Ａ', 0.6], ['A', 0.7], ['Ａ', 0.5]);
    expect(characters).toHaveLength(1);
    expect(characters[0]).toMatchObject({ text: 'A', confidence: Math.fround(0.7), start: 0, end: 2 });
  });

  test('a class outside the alphabet never wins', () => {
    expect(text(['中', 0.6, { a: 0.3 }])).toBe('a');
    expect(text('a', ['中', 0.6, { _: 0.3 }], 'a')).toBe('aa');
  });

  test('a space is no character, but a vote for the gap before the next', () => {
    const characters = decode('a', ['_', 0.6, { ' ': 0.3 }], [' ', 0.8], ['_', 0.9, { ' ': 0.05 }], 'b', '_', 'a');
    expect(characters.map((c) => c.text)).toEqual(['a', 'b', 'a']);
    expect(characters.map((c) => c.spaceBefore)).toEqual([0, Math.fround(0.8), 0]);
  });

  test('space votes before the first character, and on a character’s own steps, do not count', () => {
    const characters = decode([' ', 0.9], 'a', ['b', 0.6, { ' ': 0.4 }]);
    expect(characters.map((c) => c.spaceBefore)).toEqual([0, 0]);
  });

  test('an alphabet without a space gives no votes', () => {
    const probabilities = Float32Array.of(0, 1, 1, 0, 0, 1);
    expect(decodeCtc(probabilities, 2, latinAlphabet(['a'])).map((c) => c.spaceBefore)).toEqual([0, 0]);
  });
});
