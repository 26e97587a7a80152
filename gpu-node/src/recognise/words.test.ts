import { describe, expect, test } from 'vitest';
import { latinAlphabet } from './alphabet.ts';
import { Lexicon } from './lexicon.ts';
import { readWords } from './words.ts';

const CHARACTERS = [...'Totali29.75Id1'].filter((c, i, all) => all.indexOf(c) === i);
const ALPHABET = latinAlphabet([...CHARACTERS, ' ']);
const CLASS_COUNT = CHARACTERS.length + 2;

/** A crop whose characters come every third step with a probability of 0.9; `twins` share a character's probability. */
function probabilitiesOf(text: string, twins: Record<number, string> = {}): Float32Array {
  const rows = [...text].flatMap((character, i) => {
    const row = new Float32Array(CLASS_COUNT);
    const gap = new Float32Array(CLASS_COUNT);
    gap[0] = 0.95;
    gap[CLASS_COUNT - 1] = character === ' ' ? 0.05 : 0;
    if (character === ' ') return [gap, gap, gap];
    const twin = twins[i];
    row[CHARACTERS.indexOf(character) + 1] = twin ? 0.5 : 0.9;
    if (twin) row[CHARACTERS.indexOf(twin) + 1] = 0.45;
    return [row, gap, gap];
  });
  return Float32Array.from(rows.flatMap((row) => [...row]));
}

const read = (probabilities: Float32Array, lexicon: Lexicon | null) =>
  readWords(probabilities, CLASS_COUNT, ALPHABET, lexicon).map(({ text }) => text);

describe('readWords', () => {
  const lexicon = new Lexicon(['total']);

  test('splits a line into words and mends the unsure one', () => {
    const probabilities = probabilitiesOf('Totai 29.75', { 4: 'l' });
    expect(read(probabilities, lexicon)).toEqual(['Total', '29.75']);
    expect(read(probabilities, null)).toEqual(['Totai', '29.75']);
  });

  test('a word that was read clearly stays, listed or not', () => {
    expect(read(probabilitiesOf('Totai 29.75'), lexicon)).toEqual(['Totai', '29.75']);
  });

  test('characters are those that were read', () => {
    const [word] = readWords(probabilitiesOf('Totai', { 4: 'l' }), CLASS_COUNT, ALPHABET, lexicon);
    expect(word!.characters.map((c) => c.text).join('')).toBe('Totai');
    expect(word!.characters.at(-1)).toMatchObject({ start: 12, end: 12, confidence: 0.5 });
  });

  test('nothing read, no words', () => {
    expect(read(new Float32Array(0), lexicon)).toEqual([]);
    expect(read(probabilitiesOf('  '), lexicon)).toEqual([]);
  });
});
