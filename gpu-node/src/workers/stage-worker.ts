/**
 * The stages that would hold up the event loop, as they run in a worker thread of the pool. Each is a plain function
 * of its own folder; this file only carries arguments and results across. Pixels arrive in shared memory; tensors are
 * moved, not copied.
 */
import { workerData } from 'node:worker_threads';
import { type BarcodeOptions, findBarcodes } from '../barcodes/read-barcodes.ts';
import { loadReader } from '../barcodes/zxing-reader.ts';
import { decodeImage, decodeRegion, type FilePage, type ImageSource, inspectImage } from '../decode/decode-image.ts';
import type { ImageLimits } from '../decode/image-limits.ts';
import { detectionInput } from '../detect/detection-input.ts';
import { findTextBoxes, type TextBoxOptions } from '../detect/text-boxes.ts';
import { appearanceOf } from '../duplicates/appearance.ts';
import type { Part } from '../duplicates/thumbnail.ts';
import { cutRegion } from '../enhance/cut-region.ts';
import type { Turn } from '../enhance/turn.ts';
import { turnPixels } from '../enhance/turn-pixels.ts';
import type { RotatedRect } from '../geometry.ts';
import { bufferOf, type FloatTensor } from '../inference/tensor.ts';
import { findLeftover } from '../pdf/leftover.ts';
import type { Region, RgbPixels, Size } from '../pixels.ts';
import { CROP_HEIGHT, cutCrop } from '../recognise/crop.ts';
import { loadLexicon } from '../recognise/lexicon.ts';
import { splitLine as splitLongLine } from '../recognise/split-line.ts';
import { readWords } from '../recognise/words.ts';
import { measureQuality } from '../review/measure-quality.ts';
import { lineFile } from '../tesseract/line-file.ts';
import { useBackgroundPriority } from './background-priority.ts';
import { stage } from './outcome.ts';
import type { StageData } from './stage-pool.ts';

useBackgroundPriority();
const { alphabet, lexicon: lexiconOptions } = workerData as StageData;
// A failure shows again, and is told, when a code is to be read.
loadReader().catch(() => undefined);
const lexicon = lexiconOptions ? await loadLexicon(lexiconOptions.extraFile) : null;

export const inspect = stage((task: { file: Uint8Array | FilePage; limits: ImageLimits }) =>
  inspectImage(task.file, task.limits),
);

/** Memory that a stage writes pixels to; without any it takes its own. */
interface Memory {
  readonly memory?: SharedArrayBuffer;
}

export const decode = stage((task: { source: ImageSource; limits: ImageLimits; maxWorkingSide: number } & Memory) =>
  decodeImage(task.source, task.limits, task.maxWorkingSide, task.memory),
);

export const decodePart = stage(
  (task: { source: ImageSource; limits: ImageLimits; region: Region; size: Size } & Memory) =>
    decodeRegion(task.source, task.limits, task.region, task.size, task.memory),
);

export const cut = stage(async (task: { pixels: RgbPixels; region: Region } & Memory) =>
  cutRegion(task.pixels, task.region, task.memory),
);

export const leftover = stage(async (task: { pixels: RgbPixels; words: readonly RotatedRect[] } & Memory) =>
  findLeftover(task.pixels, task.words, task.memory),
);

export const turn = stage(async (task: { pixels: RgbPixels; turn: Turn } & Memory) =>
  turnPixels(task.pixels, task.turn, task.memory),
);

export const prepareDetection = stage(async (task: { pixels: RgbPixels; side: number; sides?: readonly number[] }) => {
  const { tensor, width, height, content } = await detectionInput(task.pixels, task.side, task.sides);
  return { data: tensor, dims: [1, 3, height, width], content };
}, moveTensor);

export const textBoxes = stage(async (task: { map: FloatTensor; options: TextBoxOptions }) => {
  const [, , height, width] = task.map.dims as [number, number, number, number];
  return findTextBoxes(task.map.data, width, height, task.options);
});

export const splitLine = stage(async (task: { pixels: RgbPixels; rect: RotatedRect; maxWidth: number }) =>
  splitLongLine(task.pixels, task.rect, task.maxWidth),
);

export const cutCrops = stage(
  async ({
    images,
    crops,
    width,
    rows = crops.length,
  }: {
    images: RgbPixels[];
    crops: { image: number; rect: RotatedRect }[];
    width: number;
    /** As many as crops, or more: the others stay blank. */
    rows?: number;
  }) => {
    const data = new Float32Array(rows * 3 * CROP_HEIGHT * width);
    for (const [i, { image, rect }] of crops.entries()) cutCrop(images[image]!, rect, data, i, width);
    return { data, dims: [rows, 3, CROP_HEIGHT, width] };
  },
  moveTensor,
);

export const greyLine = stage(
  async (task: { pixels: RgbPixels; rect: RotatedRect; language: 'en' | 'bn' }) =>
    lineFile(task.pixels, task.rect, task.language),
  ({ file }) => [file.buffer],
);

export const words = stage(async (task: { probabilities: FloatTensor; count?: number }) => {
  const { data, dims } = task.probabilities;
  const [rows, steps, classes] = dims as [number, number, number];
  const row = (i: number) => data.subarray(i * steps * classes, (i + 1) * steps * classes);
  return Array.from({ length: task.count ?? rows }, (_, i) => readWords(row(i), classes, alphabet, lexicon));
});

export const quality = stage(async (task: { pixels: RgbPixels }) => measureQuality(task.pixels));

export const barcodes = stage((task: { pixels: RgbPixels; options: BarcodeOptions }) =>
  findBarcodes(task.pixels, task.options),
);

export const appearance = stage(async (task: { pixels: RgbPixels; textPart: Part | null }) =>
  appearanceOf(task.pixels, task.textPart),
);

function moveTensor(tensor: FloatTensor): ArrayBuffer[] {
  return [bufferOf(tensor)];
}
