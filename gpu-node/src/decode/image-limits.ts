import { OcrError } from '@edge-ocr/shared/errors';

/** What an image may be before a single pixel of it is decoded. */
export interface ImageLimits {
  /** Width × height of the stored image. */
  readonly maxPixels: number;
  /** Longest side in pixels. */
  readonly maxSide: number;
  /** Shortest side in pixels below which nothing can be read. */
  readonly minSide: number;
  /** Longest side over shortest side. */
  readonly maxAspectRatio: number;
  /** Time for decoding in seconds. */
  readonly decodeTimeoutSeconds: number;
}

/**
 * Check a header's dimensions.
 * @throws OcrError INVALID_IMAGE, IMAGE_TOO_LARGE or LOW_QUALITY; all of them are deterministic for the same bytes.
 */
export function checkDimensions(width: number, height: number, limits: ImageLimits): void {
  const details = { width, height };
  const longest = Math.max(width, height);
  const shortest = Math.min(width, height);
  if (!(shortest >= 1)) throw new OcrError('INVALID_IMAGE', { message: 'The image has no pixels', details });
  if (longest / shortest > limits.maxAspectRatio) {
    throw new OcrError('INVALID_IMAGE', {
      message: `The image is more than ${limits.maxAspectRatio} times as long as wide`,
      suggestion: 'Cut the image into parts, or send the photo uncropped.',
      details: { ...details, max_aspect_ratio: limits.maxAspectRatio },
    });
  }
  if (width * height > limits.maxPixels || longest > limits.maxSide) {
    throw new OcrError('IMAGE_TOO_LARGE', {
      message: `The image has more pixels than allowed`,
      details: { ...details, max_pixels: limits.maxPixels, max_side: limits.maxSide },
    });
  }
  if (shortest < limits.minSide) {
    throw new OcrError('LOW_QUALITY', {
      message: `The image is smaller than ${limits.minSide} pixels on one side`,
      details: { ...details, min_side: limits.minSide },
    });
  }
}
