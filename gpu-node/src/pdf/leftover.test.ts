import { describe, expect, test } from 'vitest';
import { rectOf } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import { findLeftover } from './leftover.ts';

const WIDTH = 800;
const HEIGHT = 600;

interface Patch {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A white page with patches of the strokes that letters are made of, and black ones. */
function page(textured: readonly Patch[], black: readonly Patch[] = []): RgbPixels {
  const data = new Uint8Array(3 * WIDTH * HEIGHT).fill(255);
  const paint = ({ left, top, width, height }: Patch, isInk: (x: number, y: number) => boolean) => {
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++)
        if (isInk(x, y)) data.fill(0, 3 * (y * WIDTH + x), 3 * (y * WIDTH + x) + 3);
  };
  for (const patch of textured) paint(patch, (x) => x % 8 < 3);
  for (const patch of black) paint(patch, () => true);
  return { data, width: WIDTH, height: HEIGHT };
}

const rect = ({ left, top, width, height }: Patch) =>
  rectOf([
    { x: left, y: top },
    { x: left + width, y: top },
    { x: left + width, y: top + height },
    { x: left, y: top + height },
  ]);

const WORD = { left: 100, top: 100, width: 120, height: 24 };
const LOGO = { left: 500, top: 60, width: 160, height: 60 };

describe('what is left of a page', () => {
  test('is nothing where words stand for all of its ink', () => {
    const { pixels, regions } = findLeftover(page([WORD]), [rect(WORD)]);
    expect(regions).toEqual([]);
    expect(pixels.data.every((value) => value === 255)).toBe(true);
  });

  test('is what no word stands for, with room around it', () => {
    const { regions } = findLeftover(page([WORD, LOGO]), [rect(WORD)]);
    expect(regions).toHaveLength(1);
    const [region] = regions;
    expect(region!.left).toBeLessThan(LOGO.left);
    expect(region!.left + region!.width).toBeGreaterThan(LOGO.left + LOGO.width);
    expect(region!.left).toBeGreaterThan(LOGO.left - 40);
    expect(region!.height).toBeLessThan(LOGO.height + 60);
  });

  test('does not count rules, bars and frames', () => {
    const frame = [
      { left: 50, top: 300, width: 700, height: 3 },
      { left: 50, top: 400, width: 700, height: 3 },
      { left: 50, top: 300, width: 3, height: 103 },
      { left: 100, top: 450, width: 300, height: 40 },
    ];
    expect(findLeftover(page([WORD], frame), [rect(WORD)]).regions).toEqual([]);
  });

  test('keeps the colour of the ground where a word is taken away', () => {
    const bar = { left: 80, top: 80, width: 300, height: 60 };
    const dark = page([], [bar]);
    for (let x = WORD.left; x < WORD.left + WORD.width; x += 4)
      dark.data.fill(255, 3 * (110 * WIDTH + x), 3 * (110 * WIDTH + x) + 3);
    const { pixels, regions } = findLeftover(dark, [rect(WORD)]);
    expect(regions).toEqual([]);
    expect(pixels.data[3 * (110 * WIDTH + WORD.left)]).toBe(0);
  });

  test('is looked at as a whole where it lies all over the page', () => {
    const specks = Array.from({ length: 12 }, (_, i) => ({
      left: 20 + 190 * (i % 4),
      top: 20 + 190 * Math.floor(i / 4),
      width: 60,
      height: 30,
    }));
    const { regions } = findLeftover(page(specks), []);
    expect(regions).toHaveLength(1);
    expect(regions[0]!.width).toBeGreaterThan(600);
  });

  test('is found on the page as it is given: that one is not changed', () => {
    const before = page([WORD]);
    const copy = before.data.slice();
    findLeftover(before, [rect(WORD)]);
    expect(before.data).toEqual(copy);
  });
});
