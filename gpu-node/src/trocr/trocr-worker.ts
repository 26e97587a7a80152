/** Reads lines on a thread of its own, see trocr-engine.ts. Pixels arrive in shared memory. */
import { workerData } from 'node:worker_threads';
import type { RotatedRect } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import { joinLines, type ReadPart } from '../recognise/join-lines.ts';
import { splitLine } from '../recognise/split-line.ts';
import type { RecognisedLine } from '../recognise/text-line.ts';
import { useBackgroundPriority } from '../workers/background-priority.ts';
import { cutLine } from './cut-line.ts';
import { spreadLine } from './spread-line.ts';
import { tokenText } from './token-text.ts';
import { loadTrocrModel, type ModelOptions } from './trocr-model.ts';

export interface TrocrWorkerData {
  readonly model: ModelOptions;
  /** Images that the networks see at a time. */
  readonly maxBatch: number;
  /** See TrocrOptions. */
  readonly maxLineWidth: number;
  readonly margin: number;
}

export interface TrocrTask {
  readonly images: readonly RgbPixels[];
  readonly lines: readonly { readonly image: number; readonly rect: RotatedRect }[];
  /** One byte a line, shared with whoever asks: not 0 when nobody waits for the line any more. */
  readonly unwanted: Uint8Array;
}

useBackgroundPriority();
const { model: options, maxBatch, maxLineWidth, margin } = workerData as TrocrWorkerData;
const model = await loadTrocrModel(options);

/** @returns one entry a line; null where nothing was read, or nobody wanted it any more. */
export async function readLines({ images, lines, unwanted }: TrocrTask): Promise<(RecognisedLine | null)[]> {
  const parts = lines.flatMap(({ image, rect }, line) =>
    splitLine(images[image]!, rect, maxLineWidth).map((part) => ({ ...part, line, pixels: images[image]! })),
  );
  const read: ReadPart[] = [];
  for (let start = 0; start < parts.length; start += maxBatch) {
    const batch = parts.slice(start, start + maxBatch);
    const crops = batch.map(({ pixels, rect }) => cutLine(pixels, rect, margin));
    const sequences = await model.read(crops, (i) => Atomics.load(unwanted, batch[i]!.line) === 0);
    for (const [i, { rect, startsWord }] of batch.entries()) {
      const sequence = sequences[i];
      read.push({ line: sequence ? spreadLine(tokenText(sequence, model.tokenizer), rect) : null, startsWord });
    }
  }
  return lines.map(({ rect }, line) =>
    joinLines(
      read.filter((_, i) => parts[i]!.line === line),
      rect,
    ),
  );
}
