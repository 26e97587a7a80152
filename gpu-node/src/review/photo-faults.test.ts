import type { Line } from '@edge-ocr/shared/contract/result';
import { describe, expect, test } from 'vitest';
import { photoFaults, retakeAdvice } from './photo-faults.ts';

const GOOD = { light: 250, contrast: 200, blur: 0.5 };

/** Three lines of a height, at these angles in degrees. */
function page(height: number, angles = [0, 0, 0]): Line[] {
  return angles.map((angle, row) => {
    const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    const point = (along: number, down: number): [number, number] => [
      along * cos - down * sin,
      100 * row + along * sin + down * cos,
    ];
    const polygon = [point(0, 0), point(300, 0), point(300, height), point(0, height)];
    return { text: 'TOTAL 12.50', confidence: 0.5, polygon, page: 0, row, words: [] };
  });
}

describe('photoFaults', () => {
  test.each([
    ['nothing', GOOD, page(40), []],
    ['the dark', { ...GOOD, light: 40, contrast: 25 }, page(40), ['dark']],
    ['faint print', { ...GOOD, contrast: 20 }, page(40), ['faint']],
    ['blur as wide as strokes', { ...GOOD, blur: 2.5 }, page(40), ['blurred']],
    ['the same blur on large print is none', { ...GOOD, blur: 2.5 }, page(120), []],
    ['tiny print', GOOD, page(9), ['blurred', 'small']],
    ['lines that fan out', GOOD, page(40, [-5, 0, 6]), ['skewed']],
    ['a page that is turned as a whole', GOOD, page(40, [7, 7, 7]), []],
    ['a page on its head', GOOD, page(40, [179, -179, 180]), []],
    ['no text in the dark', { light: 10, contrast: 5, blur: null }, [], ['dark']],
    ['no text in a blur', { ...GOOD, blur: 4 }, [], ['blurred']],
    ['a blank page', { light: 255, contrast: 0, blur: null }, [], []],
  ])('%s', (_name, quality, lines, faults) => {
    expect(photoFaults(quality, lines, 1)).toEqual(faults);
  });

  test('blur is measured on a smaller image than the lines are of', () => {
    expect(photoFaults({ ...GOOD, blur: 1 }, page(40), 1)).toEqual([]);
    expect(photoFaults({ ...GOOD, blur: 1 }, page(40), 3)).toEqual(['blurred']);
  });
});

test('advice says what to do about each fault', () => {
  expect(retakeAdvice(['dark', 'small'])).toBe('Take the photo again: add light; move closer: the text is too small.');
});
