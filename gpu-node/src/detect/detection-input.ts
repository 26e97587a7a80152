import { resizePixels } from '../decode/decode-image.ts';
import { type Stretch, stretchFor } from '../enhance/contrast.ts';
import { bucketOf } from '../inference/shape-buckets.ts';
import type { RgbPixels, Size } from '../pixels.ts';

/** The network halves its input five times, so both sides must be multiples of 32. */
const STRIDE = 32;
// ImageNet's statistics, which PaddleOCR applies in this order to B, G, R (it reads images with OpenCV).
const MEAN = [0.485, 0.456, 0.406] as const;
const STD = [0.229, 0.224, 0.225] as const;

export interface DetectionInput {
  /** [1, 3, height, width], planes B, G, R, normalised. */
  readonly tensor: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The part that shows the page, from the upper left corner; what is padding is as grey as the mean of ImageNet. */
  readonly content: Size;
}

/**
 * Scale a page so that its longest side is about `side` pixels (never more than twice as large) and normalise it.
 * @param sides that the input is padded to, rising.
 */
export async function detectionInput(
  image: RgbPixels,
  side: number,
  sides?: readonly number[],
): Promise<DetectionInput> {
  const scale = Math.min(2, side / Math.max(image.width, image.height));
  const content = { width: toStride(image.width * scale), height: toStride(image.height * scale) };
  const tensor = normalise(await resizePixels(image, content.width, content.height));
  const padded = { width: bucketOf(content.width, sides), height: bucketOf(content.height, sides) };
  return { tensor: pad(tensor, content, padded), ...padded, content };
}

/** The three planes, larger to the right and below; 0 is the mean. */
function pad(tensor: Float32Array, from: Size, to: Size): Float32Array {
  if (from.width === to.width && from.height === to.height) return tensor;
  const padded = new Float32Array(3 * to.width * to.height);
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < from.height; y++) {
      const row = (plane * from.height + y) * from.width;
      padded.set(tensor.subarray(row, row + from.width), (plane * to.height + y) * to.width);
    }
  }
  return padded;
}

function toStride(length: number): number {
  return Math.max(STRIDE, Math.round(length / STRIDE) * STRIDE);
}

function normalise(rgb: Uint8Array): Float32Array {
  const plane = rgb.length / 3;
  const tensor = new Float32Array(rgb.length);
  const stretch = stretchFor(greenHistogram(rgb)) ?? { gain: 1, offset: 0 };
  for (let channel = 0; channel < 3; channel++) {
    const values = normalisedValues(stretch, MEAN[channel]!, STD[channel]!);
    const source = 2 - channel;
    for (let i = source, at = channel * plane; i < rgb.length; i += 3, at++) tensor[at] = values[rgb[i]!]!;
  }
  return tensor;
}

/** What each of the 256 brightnesses becomes: looking it up takes half the time of working it out. */
function normalisedValues({ gain, offset }: Stretch, mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, brightness) => {
    const stretched = Math.min(255, Math.max(0, gain * brightness + offset));
    return (stretched / 255 - mean) / std;
  });
}

function greenHistogram(rgb: Uint8Array): Uint32Array {
  const histogram = new Uint32Array(256);
  for (let i = 1; i < rgb.length; i += 3) histogram[rgb[i]!]!++;
  return histogram;
}
