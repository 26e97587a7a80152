import { expect, test } from 'vitest';
import { tiltedRect } from '../geometry.fixture.ts';
import { isSideways } from './sideways.ts';
import { mayBeUpsideDown, probeLines, readingScore } from './upside-down.ts';

const flat = (y: number, width = 200) => tiltedRect(200, y, width, 20);
const tall = (x: number, height = 200) => tiltedRect(x, 200, 20, height);

test('a page whose long lines run up or down lies sideways', () => {
  expect(isSideways([tall(50), tall(100), tall(150), flat(300)])).toBe(true);
});

test('a label with a few vertical lines stands upright', () => {
  expect(isSideways([flat(50), flat(100), flat(150), tall(300)])).toBe(false);
});

test('short boxes do not tell which way the writing runs', () => {
  const square = tiltedRect(50, 50, 20, 26);
  expect(isSideways([square, square, square, square, flat(100)])).toBe(false);
  expect(isSideways([square])).toBe(false);
  expect(isSideways([])).toBe(false);
});

test('only a page that reads badly may be upside down', () => {
  const sure = { text: 'TOTAL', confidence: 0.97 };
  expect(mayBeUpsideDown([sure, sure, sure, null])).toBe(true);
  expect(mayBeUpsideDown([sure, sure, sure, sure, sure, null])).toBe(false);
  expect(mayBeUpsideDown([null, { text: '1', confidence: 0.5 }])).toBe(true);
  expect(mayBeUpsideDown([])).toBe(false);
});

test('probes are the longest lines, but no rules or runs of lines', () => {
  const lines = [flat(10, 60), flat(20, 280), flat(30, 300), flat(40, 90), flat(50, 80), flat(60, 70), flat(70, 500)];
  expect(probeLines(lines).map((line) => line.width)).toEqual([300, 280, 90, 80, 70, 60]);
});

test('much text read surely scores above little read unsurely', () => {
  const upright = [{ text: 'RECEIPT NO 12', confidence: 0.95 }, null];
  const reversed = [
    { text: '71 O', confidence: 0.6 },
    { text: 'L', confidence: 0.99 },
  ];
  expect(readingScore(upright)).toBeGreaterThan(readingScore(reversed));
});
