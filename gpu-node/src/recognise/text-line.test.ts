import { describe, expect, test } from 'vitest';
import { tiltedRect } from '../geometry.fixture.ts';
import { spacedOut, spacedWords } from './characters.fixture.ts';
import { textLine } from './text-line.ts';

describe('textLine', () => {
  // 480 × 48: one pixel of the crop is one of the page, a time step is 8 of them.
  const rect = tiltedRect(300, 124, 480, 48);

  test('words lie where their time steps are, and over the full height of the line', () => {
    const line = textLine(spacedWords('TOTAL|29.75'), rect)!;
    expect(line.text).toBe('TOTAL 29.75');
    expect(line.polygon).toEqual([
      [60, 100],
      [540, 100],
      [540, 148],
      [60, 148],
    ]);
    // TOTAL votes from step 0 to 13, 29.75 from step 21 to 34.
    const [total, amount] = line.words.map(({ polygon }) => polygon);
    expect(total).toEqual([
      [60, 100],
      [60 + 14 * 8, 100],
      [60 + 14 * 8, 148],
      [60, 148],
    ]);
    expect([amount![0], amount![1]]).toEqual([
      [60 + 21 * 8, 100],
      [60 + 35 * 8, 100],
    ]);
  });

  test('words of a tilted line follow it', () => {
    const tilted = tiltedRect(300, 300, 480, 48, 30);
    const { words } = textLine(spacedWords('TOTAL|29.75'), tilted)!;
    const [x, y] = words[1]!.polygon[0]!;
    const [a] = tilted.corners;
    expect(Math.hypot(x - a.x, y - a.y)).toBeCloseTo(21 * 8, 0);
    expect((Math.atan2(y - a.y, x - a.x) * 180) / Math.PI).toBeCloseTo(30, 0);
  });

  test('a smaller line is measured by its crop, not by the page', () => {
    const { words } = textLine(spacedWords('TOTAL|29.75'), tiltedRect(300, 124, 240, 24))!;
    expect(words[1]!.polygon[0]![0]).toBe(180 + (21 * 8) / 2);
  });

  test('a word that votes into the padding ends with the line', () => {
    const { words } = textLine(spacedWords('ABCDEFGHIJKLMNOPQRSTUVWXYZ'), rect)!;
    expect(words.at(-1)!.polygon[1]).toEqual([540, 100]);
  });

  test('a word is as sure as its weakest character, a line as all of them are in the mean', () => {
    const sure = spacedOut('ABCD|E', 3, 0.9);
    const line = textLine(
      [
        { text: 'ABCD', characters: [...sure.slice(0, 3), { ...sure[3]!, confidence: 0.6 }] },
        { text: 'E', characters: [{ ...sure[4]!, confidence: 0.4 }] },
      ],
      rect,
    )!;
    expect(line.words.map((word) => word.confidence)).toEqual([0.6, 0.4]);
    expect(line.confidence).toBeCloseTo(0.74, 9);
  });

  test('a rounding error of the network does not make a confidence of more than 1', () => {
    expect(textLine(spacedWords('A', 3, 1.0000001), rect)!.confidence).toBe(1);
  });

  test('nothing read, no line', () => {
    expect(textLine([], rect)).toBeNull();
  });
});
