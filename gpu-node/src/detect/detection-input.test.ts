import { describe, expect, test } from 'vitest';
import type { RgbPixels } from '../pixels.ts';
import { detectionInput } from './detection-input.ts';

function filled(width: number, height: number, rgb: readonly [number, number, number]): RgbPixels {
  const data = new Uint8Array(new SharedArrayBuffer(width * height * 3));
  data.forEach((_, i) => {
    data[i] = rgb[i % 3]!;
  });
  return { data, width, height };
}

describe('detectionInput', () => {
  test.each([
    { width: 1000, height: 2000, side: 1280, expected: [640, 1280] },
    { width: 3200, height: 1111, side: 1280, expected: [1280, 448] },
    { width: 100, height: 60, side: 1280, expected: [192, 128], why: 'never more than twice as large' },
    { width: 960, height: 20, side: 960, expected: [960, 32], why: 'never less than one stride' },
  ])('$width × $height becomes $expected', async ({ width, height, side, expected }) => {
    const input = await detectionInput(filled(width, height, [1, 2, 3]), side);
    expect([input.width, input.height]).toEqual(expected);
    expect(input.tensor).toHaveLength(3 * input.width * input.height);
  });

  test('planes are B, G, R, normalised with ImageNet’s mean and deviation in that order', async () => {
    const { tensor } = await detectionInput(filled(64, 32, [255, 128, 0]), 64);
    const plane = 64 * 32;
    expect(tensor).toHaveLength(3 * plane);
    const expected = [(0 - 0.485) / 0.229, (128 / 255 - 0.456) / 0.224, (1 - 0.406) / 0.225];
    expected.forEach((value, i) => {
      for (const at of [0, 1, plane - 1]) expect(tensor[i * plane + at]).toBeCloseTo(value, 5);
    });
  });

  test('pixels keep their places, also when scaled', async () => {
    const image = filled(64, 64, [0, 0, 0]);
    // The right half is red.
    for (let i = 0; i < 64 * 64; i++) if (i % 64 >= 32) image.data[3 * i] = 255;
    const { tensor, width, height } = await detectionInput(image, 128);
    const red = tensor.subarray(2 * width * height);
    const middle = (height / 2) * width;
    expect(red[middle + width * 0.25]).toBeCloseTo(-0.406 / 0.225, 2);
    expect(red[middle + width * 0.75]).toBeCloseTo((1 - 0.406) / 0.225, 2);
  });

  test('a faded page gets contrast', async () => {
    const image = filled(64, 64, [240, 240, 240]);
    for (let i = 0; i < 64 * 64; i++) if (i % 64 >= 32) image.data.fill(215, 3 * i, 3 * i + 3);
    const { tensor, width, height } = await detectionInput(image, 64);
    const green = tensor.subarray(width * height);
    expect(green[(height / 2) * width + 4]).toBeCloseTo((208 / 255 - 0.456) / 0.224, 2);
    expect(green[(height / 2) * width + 60]).toBeCloseTo((48 / 255 - 0.456) / 0.224, 2);
  });

  test('the page’s own pixels are left alone', async () => {
    const image = filled(32, 32, [10, 20, 30]);
    await detectionInput(image, 32);
    expect([...image.data.subarray(0, 3)]).toEqual([10, 20, 30]);
  });
});
