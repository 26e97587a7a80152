import { resizePixels } from '../decode/decode-image.ts';
import { type Stretch, stretchFor } from '../enhance/contrast.ts';
import type { RgbPixels } from '../pixels.ts';

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
}

/** Scale a page so that its longest side is about `side` pixels (never more than twice as large) and normalise it. */
export async function detectionInput(image: RgbPixels, side: number): Promise<DetectionInput> {
  const scale = Math.min(2, side / Math.max(image.width, image.height));
  const width = toStride(image.width * scale);
  const height = toStride(image.height * scale);
  return { tensor: normalise(await resizePixels(image, width, height)), width, height };
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
