/** Cuts the boxes that a data set says are there, so that the recogniser can be measured and taught without the detector. */
import { readFile } from 'node:fs/promises';
import { type RotatedRect, rectOf } from '@edge-ocr/gpu-node/geometry';
import type { Engine } from '@edge-ocr/gpu-node/inference/engine';
import type { PageImage } from '@edge-ocr/gpu-node/pixels';
import type { Receipt, TruthLine } from './sroie.ts';

/** Transcribed boxes hug the glyphs; the detector's, on which everything else is tuned, do not. Share of the height. */
const GROWTH = 0.08;

/** A data set is trusted: nothing is refused for its size. */
const LIMITS = { maxPixels: 1e8, maxSide: 2e4, minSide: 1, maxAspectRatio: 100, decodeTimeoutSeconds: 30 };

/** @returns the decoded page and one rectangle a transcribed line, in pixels of that page. */
export async function trueBoxes(receipt: Receipt, engine: Engine): Promise<{ page: PageImage; rects: RotatedRect[] }> {
  const source = await readFile(receipt.image);
  const task = { source, limits: LIMITS, maxWorkingSide: engine.config.WORKING_SIDE };
  const page = await engine.stages.run('decode', task);
  const scale = page.pixels.width / page.originalWidth;
  return { page, rects: receipt.lines.map((line) => trueRect(line, scale)) };
}

type EightNumbers = [number, number, number, number, number, number, number, number];

function trueRect({ corners }: TruthLine, scale: number): RotatedRect {
  const [x1, y1, x2, y2, x3, y3, x4, y4] = corners.map((value) => value * scale) as EightNumbers;
  const g = Math.abs(y4 - y1) * GROWTH;
  return rectOf([
    { x: x1 - g, y: y1 - g },
    { x: x2 + g, y: y2 - g },
    { x: x3 + g, y: y3 + g },
    { x: x4 - g, y: y4 + g },
  ]);
}
