/** Images as a ViT or DeiT image processor of transformers makes them ready: squeezed to a square, whatever their shape. */
import type { FloatTensor } from '../inference/tensor.ts';
import type { RgbPixels, Size } from '../pixels.ts';
import { type Resample, resizeAsPillow } from './pil-resize.ts';

export interface ImageProcessing extends Size {
  readonly resample: Resample;
  /** What 8-bit values are multiplied by. */
  readonly rescale: number;
  /** By channel, after rescaling. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** @returns [images, 3, height, width], planes red, green, blue. */
export function preprocess(images: readonly RgbPixels[], processing: ImageProcessing): FloatTensor {
  const { width, height, resample } = processing;
  const plane = width * height;
  const data = new Float32Array(images.length * 3 * plane);
  const tables = [0, 1, 2].map((channel) => valueTable(processing, channel));
  for (const [index, image] of images.entries()) {
    const { data: pixels } = resizeAsPillow(image, processing, resample);
    for (const [channel, table] of tables.entries()) {
      const base = (3 * index + channel) * plane;
      for (let at = 0; at < plane; at++) data[base + at] = table[pixels[3 * at + channel]!]!;
    }
  }
  return { data, dims: [images.length, 3, height, width] };
}

/** What each 8-bit value becomes. */
function valueTable({ rescale, mean, std }: ImageProcessing, channel: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => (value * rescale - mean[channel]!) / std[channel]!);
}
