import { describe, expect, test } from 'vitest';
import { tiltedRect } from '../geometry.fixture.ts';
import { spacedWords } from './characters.fixture.ts';
import { joinLines } from './join-lines.ts';
import { textLine } from './text-line.ts';

const LEFT = tiltedRect(240, 24, 480, 48);
const RIGHT = tiltedRect(720, 24, 480, 48);
const WHOLE = tiltedRect(480, 24, 960, 48);
const left = (text: string, confidence = 0.9) => textLine(spacedWords(text, 3, confidence), LEFT);
const right = (text: string, confidence = 0.9) => textLine(spacedWords(text, 3, confidence), RIGHT);

describe('joinLines', () => {
  test('parts that begin with a word follow each other, and words stay where they are', () => {
    const parts = [
      { line: left('CASH|SALE'), startsWord: true },
      { line: right('29.75'), startsWord: true },
    ];
    const line = joinLines(parts, WHOLE)!;
    expect(line.text).toBe('CASH SALE 29.75');
    expect(line.words.map(({ polygon }) => polygon[0]![0])).toEqual([0, expect.any(Number), 480]);
    expect(line.polygon).toEqual(WHOLE.corners.map(({ x, y }) => [x, y]));
  });

  test('a word that was cut is one again, over both its places', () => {
    const parts = [
      { line: left('NUMBER|123'), startsWord: true },
      { line: right('456|OK'), startsWord: false },
    ];
    const { text, words } = joinLines(parts, WHOLE)!;
    expect(text).toBe('NUMBER 123456 OK');
    expect(words[1]!.polygon[0]![0]).toBeLessThan(480);
    expect(words[1]!.polygon[1]![0]).toBeGreaterThan(480);
  });

  test('confidence is the mean over what was read', () => {
    const parts = [
      { line: left('ABC', 0.9), startsWord: true },
      { line: right('D', 0.5), startsWord: true },
    ];
    expect(joinLines(parts, WHOLE)!.confidence).toBeCloseTo(0.8, 9);
  });

  test('parts in which nothing was read are left out', () => {
    const nothing = { line: null, startsWord: true };
    expect(joinLines([nothing, { line: right('A|B'), startsWord: false }], WHOLE)!.text).toBe('A B');
    expect(joinLines([nothing, nothing], WHOLE)).toBeNull();
  });

  test('a line in one part is that part', () => {
    const line = left('TOTAL');
    expect(joinLines([{ line, startsWord: true }], LEFT)).toBe(line);
  });
});
