import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { expected, images } from './expected.fixture.ts';
import { resizeAsPillow } from './pil-resize.ts';
import { type ImageProcessing, preprocess } from './preprocess.ts';

const processing = (resample: ImageProcessing['resample']): ImageProcessing => ({
  width: 384,
  height: 384,
  resample,
  rescale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
});

describe('preprocess', () => {
  test.each([
    ['bicubic', 'pixels', 'pixel_sha256'],
    ['bilinear', 'bilinear', 'bilinear_sha256'],
  ] as const)('%s is what the image processors of transformers make with Pillow', (resample, values, sha256) => {
    for (const [index, image] of images.entries()) {
      const own = expected.images[index]!;
      const resized = resizeAsPillow(image, { width: 384, height: 384 }, resample);
      expect(createHash('sha256').update(resized.data).digest('hex')).toBe(own[sha256]);
      const { data, dims } = preprocess([image], processing(resample));
      expect(dims).toEqual([1, 3, 384, 384]);
      for (const [at, place] of expected.pixel_places.entries())
        expect(Math.abs(data[place]! - own[values][at]!)).toBeLessThan(2e-6);
    }
  });

  test('images of a batch are those of one by one', () => {
    const [a, b] = [images[3]!, images[4]!];
    const together = preprocess([a, b], processing('bicubic')).data;
    const size = together.length / 2;
    expect(together.subarray(0, size)).toEqual(preprocess([a], processing('bicubic')).data);
    expect(together.subarray(size)).toEqual(preprocess([b], processing('bicubic')).data);
  });

  test('mean and deviation are each channel’s own', () => {
    const pixels = { data: Uint8Array.of(255, 0, 51), width: 1, height: 1 };
    const own = { ...processing('bilinear'), width: 1, height: 1, mean: [0, 0.5, 0.2], std: [1, 0.5, 0.1] };
    expect([...preprocess([pixels], own).data].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([1, -1, 0]);
  });
});

describe('resizeAsPillow', () => {
  test('an image of the size is left as it is', () => {
    expect(resizeAsPillow(images[0]!, images[0]!, 'bicubic')).toBe(images[0]);
  });

  test.each([1, 3, 4, 999] as const)('even grey stays even at a width of %d', (width) => {
    const grey = { data: new Uint8Array(3 * 50 * 20).fill(77), width: 50, height: 20 };
    const { data } = resizeAsPillow(grey, { width, height: 7 }, 'bicubic');
    expect(data).toHaveLength(3 * 7 * width);
    expect(new Set(data)).toEqual(new Set([77]));
  });
});
