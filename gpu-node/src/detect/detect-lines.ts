import { type RotatedRect, scaleRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import { bufferOf } from '../inference/tensor.ts';
import type { PageImage } from '../pixels.ts';

/** Find the rectangles of the text lines of a page, in pixels of `page.pixels`. */
export async function detectLines(page: PageImage, engine: Engine, signal: AbortSignal): Promise<RotatedRect[]> {
  const { config, inference, stages } = engine;
  const input = await stages.run('prepareDetection', { pixels: page.pixels, side: config.DETECT_SIDE });
  signal.throwIfAborted();
  const map = await inference.run('detect', input);
  signal.throwIfAborted();
  const [, , height, width] = map.dims as [number, number, number, number];
  const options = {
    pixelThreshold: config.DETECT_PIXEL_THRESHOLD,
    boxThreshold: config.DETECT_BOX_THRESHOLD,
    unclipRatio: config.DETECT_UNCLIP_RATIO,
    minKernelSide: 3,
    maxBoxes: config.MAX_LINES,
  };
  const boxes = await stages.run('textBoxes', { map, options }, [bufferOf(map)]);
  return boxes.map((box) => scaleRect(box.rect, page.pixels.width / width, page.pixels.height / height));
}
