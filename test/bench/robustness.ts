/**
 * `npm run bench -- robustness --dataset DIR [--limit N]`: word F1 of the whole pipeline on the images as they are and
 * on variants of them that are made in memory. difference: against the images as they are. A variant that would exceed
 * MAX_IMAGE_PIXELS is made as large as that allows. An image that fails counts as one on which nothing was read.
 */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { rounded, timeFigures } from './figures.ts';
import { spread } from './images.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';
import { type Receipt, readSroie } from './sroie.ts';
import { makeVariant, VARIANTS } from './variants.ts';
import { f1, type Overlap, sumOverlaps, wordOverlap } from './word-f1.ts';

// Each image is made once; a cache would only hold memory.
sharp.cache(false);

interface Reading {
  readonly words: Overlap;
  readonly milliseconds: number;
  readonly failed: boolean;
}

export async function benchRobustness({ dataset, limit }: { dataset: string; limit: number }) {
  const receipts = spread(readSroie(dataset), limit);
  const pipeline = await openPipeline();
  const maxPixels = pipeline.config.MAX_IMAGE_PIXELS;
  const readings: Record<string, Reading[]> = Object.fromEntries(['plain', ...VARIANTS].map((name) => [name, []]));
  for (const [index, receipt] of receipts.entries()) {
    readings.plain!.push(await read(await readFile(receipt.image), receipt, pipeline));
    for (const name of VARIANTS) {
      const bytes = await makeVariant(name, { file: receipt.image, seed: index, maxPixels });
      readings[name]!.push(await read(bytes, receipt, pipeline));
    }
  }
  await pipeline.close();
  const plain = wordF1(readings.plain!);
  return {
    images: receipts.length,
    variants: Object.entries(readings).map(([variant, of]) => ({
      variant,
      word_f1: rounded(wordF1(of)),
      difference: rounded(wordF1(of) - plain),
      ...timeFigures(of.map(({ milliseconds }) => milliseconds)),
      failures: of.filter(({ failed }) => failed).length,
    })),
  };
}

async function read(bytes: Uint8Array, { lines }: Receipt, pipeline: Pipeline): Promise<Reading> {
  const truth = lines.map(({ text }) => text);
  const started = performance.now();
  try {
    const { text, processing_time_ms } = await pipeline.read(bytes);
    return { words: wordOverlap(text, truth), milliseconds: processing_time_ms, failed: false };
  } catch {
    return { words: wordOverlap('', truth), milliseconds: performance.now() - started, failed: true };
  }
}

function wordF1(readings: readonly Reading[]): number {
  return f1(sumOverlaps(readings.map(({ words }) => words)));
}
