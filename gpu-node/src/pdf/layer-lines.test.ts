import { describe, expect, test } from 'vitest';
import { linesOf, rectAround } from './layer-lines.ts';
import { wordsOf } from './layer-words.ts';
import type { Glyph } from './page-glyphs.ts';

const EM = 20;
const RIGHT = { x: 1, y: 0 };

/** Glyphs of 10 pixels each; a blank parts words as the file says it. */
function written(text: string, x: number, y: number, more: Partial<Glyph> = {}): (Glyph | null)[] {
  return [...text].map((char, i) => {
    if (char === ' ') return null;
    const left = x + 10 * i;
    const box = { left, top: y - 14, right: left + 10, bottom: y };
    return { char, box, origin: { x: left, y }, direction: RIGHT, em: EM, font: 1, ...more };
  });
}

const textsOf = (glyphs: (Glyph | null)[]) =>
  linesOf(wordsOf(glyphs)).map(({ words }) => words.map(({ text }) => text).join(' '));

describe('glyphs become words and lines', () => {
  test('parted by blanks, and by gaps that no blank stands in', () => {
    expect(textsOf(written('two words', 0, 100))).toEqual(['two words']);
    expect(textsOf([...written('left', 0, 100), ...written('right', 200, 100)])).toEqual(['left', 'right']);
  });

  test('whatever order they are written in', () => {
    const glyphs = [
      ...written('three', 120, 100),
      null,
      ...written('below', 0, 140),
      null,
      ...written('one two', 40, 100),
    ];
    expect(textsOf(glyphs)).toEqual(['one two three', 'below']);
  });

  test('twice the same at the same place is printed bold', () => {
    expect(textsOf([...written('TOTAL', 50, 100), null, ...written('TOTAL', 51, 100)])).toEqual(['TOTAL']);
  });

  test('a line in much larger type beside small print is its own', () => {
    const large = written('9', 62, 100, { em: 60 });
    expect(textsOf([...written('price', 0, 100), null, ...large])).toEqual(['price', '9']);
  });

  test('upwards, with corners that run along the writing', () => {
    const up = { x: 0, y: -1 };
    const glyphs: Glyph[] = [...'UP'].map((char, i) => {
      const bottom = 300 - 10 * i;
      const box = { left: 86, top: bottom - 10, right: 100, bottom };
      return { char, box, origin: { x: 100, y: bottom }, direction: up, em: EM, font: 1 };
    });
    const [line] = linesOf(wordsOf(glyphs));
    expect(line!.words[0]!.text).toBe('UP');
    const [start, end] = rectAround(line!.words).corners;
    expect([start.x, end.x]).toEqual([83, 83]);
    expect([start.y, end.y]).toEqual([300, 280]);
  });
});
