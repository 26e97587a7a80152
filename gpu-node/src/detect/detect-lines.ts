import { type RotatedRect, scaleRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import { bufferOf } from '../inference/tensor.ts';
import type { PageImage } from '../pixels.ts';

/** Boxes whose kernel is thinner than this many pixels are noise, or text too small to be cut well. */
const MIN_KERNEL_SIDE = 3;
/** What is at least this probable may be text, if one looked closer. */
const HINT_THRESHOLD = 0.4;
const MIN_HINT_SIDE = 1;

export interface Detection {
  /** Text lines, in pixels of `page.pixels`. */
  readonly rects: RotatedRect[];
  /** The lines and whatever else looked a little like text. */
  readonly hints: RotatedRect[];
  /** Pixels of the detector's input per pixel of the page. */
  readonly scale: number;
}

/**
 * Find the text lines of a page.
 * @param side longest side of the detector's input.
 */
export async function detectLines(
  page: PageImage,
  { config, inference, stages, buckets }: Engine,
  signal: AbortSignal,
  side = config.DETECT_SIDE,
): Promise<Detection> {
  const input = await stages.run('prepareDetection', {
    pixels: page.pixels,
    side,
    ...(buckets && { sides: buckets.sides }),
  });
  const { content } = input;
  signal.throwIfAborted();
  const map = await inference.run('detect', input);
  signal.throwIfAborted();
  const options = {
    pixelThreshold: config.DETECT_PIXEL_THRESHOLD,
    boxThreshold: Math.min(HINT_THRESHOLD, config.DETECT_BOX_THRESHOLD),
    unclipRatio: config.DETECT_UNCLIP_RATIO,
    minKernelSide: MIN_HINT_SIDE,
    maxBoxes: config.MAX_LINES,
  };
  const boxes = await stages.run('textBoxes', { map, options }, [bufferOf(map)]);
  const placed = boxes.map((box) => ({
    rect: scaleRect(box.rect, page.pixels.width / content.width, page.pixels.height / content.height),
    isLine: box.score >= config.DETECT_BOX_THRESHOLD && box.kernelSide >= MIN_KERNEL_SIDE,
  }));
  return {
    rects: placed.filter(({ isLine }) => isLine).map(({ rect }) => rect),
    hints: placed.map(({ rect }) => rect),
    scale: content.width / page.pixels.width,
  };
}
