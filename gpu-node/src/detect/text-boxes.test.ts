import { describe, expect, test } from 'vitest';
import { cornerDistance, tiltedRect } from '../geometry.fixture.ts';
import type { RotatedRect } from '../geometry.ts';
import { findTextBoxes, type TextBoxOptions } from './text-boxes.ts';

const WIDTH = 400;
const HEIGHT = 300;
const OPTIONS: TextBoxOptions = {
  pixelThreshold: 0.3,
  boxThreshold: 0.6,
  unclipRatio: 1.5,
  minKernelSide: 3,
  maxBoxes: 100,
};

interface Kernel {
  readonly rect: RotatedRect;
  readonly probability: number;
}

/** A probability map with kernels drawn on it: every pixel whose centre lies inside. */
function mapOf(...kernels: Kernel[]): Float32Array {
  const map = new Float32Array(WIDTH * HEIGHT);
  for (const { rect, probability } of kernels) {
    const [a, b, , d] = rect.corners;
    const share = (x: number, y: number, to: typeof a, length: number) =>
      ((x - a.x) * (to.x - a.x) + (y - a.y) * (to.y - a.y)) / length ** 2;
    map.forEach((_, i) => {
      const [x, y] = [(i % WIDTH) + 0.5, Math.floor(i / WIDTH) + 0.5];
      const [u, v] = [share(x, y, b, rect.width), share(x, y, d, rect.height)];
      if (u >= 0 && u <= 1 && v >= 0 && v <= 1) map[i] = probability;
    });
  }
  return map;
}

const find = (map: Float32Array, options: Partial<TextBoxOptions> = {}) =>
  findTextBoxes(map, WIDTH, HEIGHT, { ...OPTIONS, ...options });

/** Area × ratio / perimeter, on every side. */
function unclipped({ width, height }: RotatedRect, ratio: number): [number, number] {
  const distance = (width * height * ratio) / (2 * (width + height));
  return [width + 2 * distance, height + 2 * distance];
}

describe('findTextBoxes', () => {
  test('an upright kernel is found to the pixel and grown on every side', () => {
    const kernel = tiltedRect(150, 100, 100, 20);
    const [box] = find(mapOf({ rect: kernel, probability: 0.9 }));
    expect(cornerDistance(box!.rect, tiltedRect(150, 100, ...unclipped(kernel, 1.5)))).toBeLessThan(1e-6);
    expect(box!.score).toBeCloseTo(0.9, 5);
  });

  test.each([-35, -12, -3, 4, 20, 40])('a kernel tilted by %s° is found where it lies', (degrees) => {
    const kernel = tiltedRect(200, 150, 180, 16, degrees);
    const boxes = find(mapOf({ rect: kernel, probability: 0.95 }));
    expect(boxes).toHaveLength(1);
    expect(cornerDistance(boxes[0]!.rect, tiltedRect(200, 150, ...unclipped(kernel, 1.5), degrees))).toBeLessThan(4);
    expect(boxes[0]!.score).toBeGreaterThan(0.8);
  });

  test('several lines become several boxes', () => {
    const rows = [40, 90, 140, 190];
    const boxes = find(mapOf(...rows.map((y) => ({ rect: tiltedRect(200, y, 200, 12, 5), probability: 0.9 }))));
    const middles = boxes.map(({ rect }) => rect.corners.reduce((sum, p) => sum + p.y, 0) / 4);
    expect(middles.map(Math.round)).toEqual(rows);
  });

  test('a box needs its threshold: the mean inside, not the best pixel', () => {
    const rect = tiltedRect(100, 100, 100, 20);
    expect(find(mapOf({ rect, probability: 0.59 }))).toEqual([]);
    expect(find(mapOf({ rect, probability: 0.61 }))).toHaveLength(1);
    const spot = { rect: tiltedRect(100, 100, 10, 10), probability: 1 };
    expect(find(mapOf({ rect, probability: 0.5 }, spot))).toEqual([]);
  });

  test('a pixel needs its threshold', () => {
    const map = mapOf({ rect: tiltedRect(100, 100, 100, 20), probability: 0.7 });
    expect(find(map, { pixelThreshold: 0.69 })).toHaveLength(1);
    expect(find(map, { pixelThreshold: 0.71 })).toEqual([]);
  });

  test('a kernel thinner than the least side is noise', () => {
    const map = mapOf({ rect: tiltedRect(100, 100, 100, 4), probability: 0.9 });
    expect(find(map, { minKernelSide: 4 })).toHaveLength(1);
    expect(find(map, { minKernelSide: 5 })).toEqual([]);
  });

  test('of too many boxes the surest are kept', () => {
    const kernels = [0.7, 0.95, 0.8, 0.9].map((probability, i) => ({
      rect: tiltedRect(200, 40 + 50 * i, 200, 14),
      probability,
    }));
    const scores = find(mapOf(...kernels), { maxBoxes: 2 }).map(({ score }) => Math.round(score * 100));
    expect(scores).toEqual([95, 90]);
  });

  test('a kernel at the border is scored by the pixels it has', () => {
    const boxes = find(mapOf({ rect: tiltedRect(WIDTH - 50, HEIGHT - 10, 100, 20), probability: 0.9 }));
    expect(boxes[0]!.score).toBeCloseTo(0.9, 5);
  });

  test('an empty map has no boxes', () => {
    expect(find(mapOf())).toEqual([]);
  });
});
