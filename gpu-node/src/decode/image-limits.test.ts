import { OcrError } from '@edge-ocr/shared/errors';
import { describe, expect, test } from 'vitest';
import { checkDimensions, type ImageLimits } from './image-limits.ts';

const LIMITS: ImageLimits = {
  maxPixels: 1_000_000,
  maxSide: 4000,
  minSide: 16,
  maxAspectRatio: 30,
  decodeTimeoutSeconds: 5,
};

function refusal(width: number, height: number): OcrError | null {
  try {
    checkDimensions(width, height, LIMITS);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(OcrError);
    return error as OcrError;
  }
}

describe('checkDimensions', () => {
  test.each([
    [1000, 1000],
    [4000, 250],
    [480, 16],
    [16, 480],
    [16, 16],
  ])('%i × %i is at a limit and passes', (width, height) => {
    expect(refusal(width, height)).toBeNull();
  });

  test.each([
    [1001, 1000, 'IMAGE_TOO_LARGE'],
    [4001, 200, 'IMAGE_TOO_LARGE'],
    [200, 4001, 'IMAGE_TOO_LARGE'],
    [481, 16, 'INVALID_IMAGE'],
    [1, 30_000, 'INVALID_IMAGE'],
    [15, 200, 'LOW_QUALITY'],
    [200, 15, 'LOW_QUALITY'],
    [0, 100, 'INVALID_IMAGE'],
    [100, 0, 'INVALID_IMAGE'],
    [Number.NaN, 100, 'INVALID_IMAGE'],
  ])('%i × %i is %s', (width, height, code) => {
    expect(refusal(width, height)?.code).toBe(code);
  });

  test('the client is told the size and the limit', () => {
    expect(refusal(5000, 5000)?.details).toEqual({ width: 5000, height: 5000, max_pixels: 1_000_000, max_side: 4000 });
    expect(refusal(10, 20)?.details).toMatchObject({ min_side: 16 });
    expect(refusal(1, 100)?.details).toMatchObject({ max_aspect_ratio: 30 });
  });
});
