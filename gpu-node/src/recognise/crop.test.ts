import { describe, expect, test } from 'vitest';
import { tiltedRect } from '../geometry.fixture.ts';
import type { RotatedRect } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import { CROP_HEIGHT, cropWidth, cutCrop, uprightRect } from './crop.ts';

type Colour = readonly [number, number, number];

function paint(width: number, height: number, colourAt: (x: number, y: number) => Colour): RgbPixels {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(colourAt((i % width) + 0.5, Math.floor(i / width) + 0.5), 3 * i);
  return { data, width, height };
}

/** A sheet on which the strip at `rect` is dark left of its middle and light right of it, its top half redder. */
function sheetWith(rect: RotatedRect): RgbPixels {
  const [a, b, , d] = rect.corners;
  return paint(300, 300, (x, y) => {
    const u = ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / rect.width ** 2;
    const v = ((x - a.x) * (d.x - a.x) + (y - a.y) * (d.y - a.y)) / rect.height ** 2;
    if (u < 0 || u > 1 || v < 0 || v > 1) return [128, 128, 128];
    return [v < 0.5 ? 255 : 0, u < 0.5 ? 0 : 255, 51];
  });
}

function cut(image: RgbPixels, rect: RotatedRect, batchWidth: number, index = 0, count = 1) {
  const target = new Float32Array(count * 3 * CROP_HEIGHT * batchWidth);
  cutCrop(image, rect, target, index, batchWidth);
  const at = (channel: number, x: number, y: number) =>
    target[((index * 3 + channel) * CROP_HEIGHT + y) * batchWidth + x]!;
  return { target, at };
}

const BLUE = 0;
const GREEN = 1;
const RED = 2;

describe('cutCrop', () => {
  test.each([-30, -7, 0, 15, 40])('straightens a strip tilted by %s°', (degrees) => {
    const rect = tiltedRect(150, 150, 192, 48, degrees);
    const width = cropWidth(rect);
    const { at } = cut(sheetWith(rect), rect, width + 64);
    for (const [x, y] of [
      [40, 12],
      [40, 36],
      [150, 12],
      [150, 36],
    ] as const) {
      expect(at(GREEN, x, y)).toBeCloseTo(x < width / 2 ? -1 : 1, 2);
      expect(at(RED, x, y)).toBeCloseTo(y < CROP_HEIGHT / 2 ? 1 : -1, 2);
      expect(at(BLUE, x, y)).toBeCloseTo(51 / 127.5 - 1, 2);
    }
  });

  test('faint print gets contrast, and the padding stays grey', () => {
    const image = paint(64, 48, (x) => (x < 32 ? [210, 210, 210] : [240, 240, 240]));
    const { at } = cut(image, tiltedRect(32, 24, 64, 48), 96);
    expect(at(GREEN, 8, 24)).toBeCloseTo(48 / 127.5 - 1, 2);
    expect(at(RED, 56, 24)).toBeCloseTo(208 / 127.5 - 1, 2);
    expect(at(BLUE, 80, 24)).toBe(0);
  });

  test('a strip of the crop’s own size is copied pixel by pixel', () => {
    const image = paint(64, 48, (x, y) => [Math.floor(x), 5 * Math.floor(y), 7]);
    const { at } = cut(image, tiltedRect(32, 24, 64, 48), 64);
    for (const [x, y] of [
      [0, 0],
      [63, 47],
      [10, 30],
    ] as const) {
      expect([at(RED, x, y), at(GREEN, x, y), at(BLUE, x, y)].map((v) => Math.round((v + 1) * 127.5))).toEqual([
        x,
        5 * y,
        7,
      ]);
    }
  });

  test('what is left on the right, and the rest of the batch, stays 0', () => {
    const rect = tiltedRect(150, 150, 96, 48);
    const batchWidth = 160;
    const { target, at } = cut(sheetWith(rect), rect, batchWidth, 1, 3);
    const crop = 3 * CROP_HEIGHT * batchWidth;
    expect(target.subarray(0, crop).every((v) => v === 0)).toBe(true);
    expect(target.subarray(2 * crop).every((v) => v === 0)).toBe(true);
    for (const channel of [BLUE, GREEN, RED]) {
      for (let y = 0; y < CROP_HEIGHT; y++) {
        expect(at(channel, 95, y)).not.toBe(0);
        for (let x = 96; x < batchWidth; x++) expect(at(channel, x, y)).toBe(0);
      }
    }
  });

  test('beyond the border the nearest pixel counts', () => {
    const image = paint(40, 40, (x, y) => (x < 20 ? [200, 0, 0] : y < 20 ? [0, 200, 0] : [0, 0, 200]));
    const { target, at } = cut(image, tiltedRect(20, 20, 120, 120), 48);
    expect(target.every((value) => value >= -1 && value <= 1)).toBe(true);
    const level = 200 / 127.5 - 1;
    expect(at(RED, 0, 24)).toBeCloseTo(level, 5);
    expect(at(GREEN, 47, 0)).toBeCloseTo(level, 5);
    expect(at(BLUE, 47, 47)).toBeCloseTo(level, 5);
  });

  test('fine detail is averaged, not picked', () => {
    // One dark pixel in three, at a third of the size: single samples would be all light or all dark.
    const stripes = paint(300, 150, (x) => (Math.floor(x) % 3 === 0 ? [0, 0, 0] : [255, 255, 255]));
    const { target } = cut(stripes, tiltedRect(144, 72, 288, 144), 96);
    for (const value of target) expect(value).toBeCloseTo(1 / 3, 2);
  });
});

describe('cropWidth', () => {
  test('keeps the aspect ratio at a height of 48 pixels', () => {
    expect(cropWidth(tiltedRect(0, 0, 200, 20))).toBe(480);
    expect(cropWidth(tiltedRect(0, 0, 25, 120, 10))).toBe(10);
  });

  test('is one pixel at least, also for a rectangle without area', () => {
    expect(cropWidth(tiltedRect(0, 0, 0, 0))).toBe(1);
  });
});

describe('uprightRect', () => {
  test('leaves writing alone that is not clearly taller than wide', () => {
    const rect = tiltedRect(50, 50, 20, 29);
    expect(uprightRect(rect)).toBe(rect);
  });

  test('turns a tall box so that its right-hand side is on top', () => {
    const rect = tiltedRect(50, 50, 20, 60);
    const turned = uprightRect(rect);
    expect([turned.width, turned.height]).toEqual([60, 20]);
    expect(turned.corners).toEqual([rect.corners[1], rect.corners[2], rect.corners[3], rect.corners[0]]);
  });
});
