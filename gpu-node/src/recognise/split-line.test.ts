import { describe, expect, test } from 'vitest';
import { rectOf } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import { cropWidth } from './crop.ts';
import { splitLine } from './split-line.ts';

const HEIGHT = 48;

/** A white strip with black strokes 4 px wide and 4 px apart, but for the gaps. */
function strip(width: number, gaps: readonly (readonly [from: number, to: number])[]): RgbPixels {
  const data = new Uint8Array(width * HEIGHT * 3).fill(255);
  for (let x = 0; x < width; x++) {
    if (x % 8 >= 4 || gaps.some(([from, to]) => x >= from && x < to)) continue;
    for (let y = 10; y < 38; y++) data.fill(0, 3 * (y * width + x), 3 * (y * width + x) + 3);
  }
  return { data, width, height: HEIGHT };
}

function whole({ width, height }: RgbPixels) {
  return rectOf([
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ]);
}

describe('splitLine', () => {
  test('a line that is short enough stays whole', () => {
    const image = strip(600, [[300, 330]]);
    expect(splitLine(image, whole(image), 600)).toEqual([{ rect: whole(image), startsWord: true }]);
  });

  test('a longer one is cut in the middle of the widest gap that leaves parts of use', () => {
    const image = strip(1000, [
      [100, 160],
      [400, 420],
      [500, 540],
      [800, 820],
    ]);
    const parts = splitLine(image, whole(image), 600);
    expect(parts.map(({ startsWord }) => startsWord)).toEqual([true, true]);
    expect(parts[1]!.rect.corners[0].x).toBeGreaterThan(515);
    expect(parts[1]!.rect.corners[0].x).toBeLessThan(525);
    expect(parts[0]!.rect.corners[1]).toEqual(parts[1]!.rect.corners[0]);
  });

  test('without a gap it is cut between strokes, and says so', () => {
    const image = strip(1000, []);
    const parts = splitLine(image, whole(image), 400);
    expect(parts.slice(1).every(({ startsWord }) => !startsWord)).toBe(true);
    expect(parts[1]!.rect.corners[0].x % 8).toBeGreaterThanOrEqual(4);
  });

  test.each([320, 400, 999])('no part is wider than %i, and together they are the line', (maxWidth) => {
    const image = strip(5000, [
      [700, 720],
      [705, 900],
    ]);
    const parts = splitLine(image, whole(image), maxWidth);
    for (const { rect } of parts) expect(cropWidth(rect)).toBeLessThanOrEqual(maxWidth + 1);
    expect(parts.reduce((sum, { rect }) => sum + rect.width, 0)).toBeCloseTo(5000, 6);
  });

  test('a line that is read squeezed stays squeezed in its parts', () => {
    const image = strip(1000, [[500, 540]]);
    const squeezed = { ...whole(image), width: 850 };
    const parts = splitLine(image, squeezed, 600);
    expect(parts.reduce((sum, { rect }) => sum + rect.width, 0)).toBeCloseTo(850, 6);
    expect(parts.at(-1)!.rect.corners[1].x).toBe(1000);
  });
});
