/**
 * `npm run bench -- accuracy --dataset DIR [--limit N]`: the whole pipeline on a data set in the layout of SROIE.
 * word_f1: words of the whole text as multisets, upper-cased. crop_word_f1: the same of the recogniser alone, on the
 * boxes of box/. line_exact: share of true lines that were read exactly, spaces included. fields: share of receipts
 * whose field is right, by the rules of fieldsEqual. Times are of the whole pipeline, one image after another.
 */
import { readLines } from '@edge-ocr/gpu-node/read-lines';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { fieldIsRight, isComparable } from './field-truth.ts';
import { rounded, timeFigures } from './figures.ts';
import { spread } from './images.ts';
import { DEADLINE_MS, openPipeline, type Pipeline } from './pipeline.ts';
import { type Receipt, readSroie } from './sroie.ts';
import { trueBoxes } from './true-boxes.ts';
import { f1, type Overlap, overlap, sumOverlaps, wordOverlap, wordsOf } from './word-f1.ts';

export interface AccuracyReport {
  readonly images: number;
  readonly word_f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly line_exact: number;
  readonly crop_word_f1: number;
  readonly fields: Record<string, number>;
  readonly p50_ms: number;
  readonly p95_ms: number;
}

export async function benchAccuracy({ dataset, limit }: { dataset: string; limit: number }): Promise<AccuracyReport> {
  const receipts = spread(readSroie(dataset), limit);
  const pipeline = await openPipeline();
  await pipeline.read(receipts[0]!.image);
  const results: OcrResult[] = [];
  const crops: Overlap[] = [];
  for (const { image } of receipts) results.push(await pipeline.read(image));
  // Afterwards, so that the times above are of the pipeline alone.
  for (const receipt of receipts) crops.push(await readTrueBoxes(receipt, pipeline));
  await pipeline.close();
  return report(receipts, results, crops);
}

async function readTrueBoxes(receipt: Receipt, { engine }: Pipeline): Promise<Overlap> {
  const { page, rects } = await trueBoxes(receipt, engine);
  const read = await readLines(page, rects, engine.lines.open(['en']), AbortSignal.timeout(DEADLINE_MS));
  return sumOverlaps(receipt.lines.map(({ text }, i) => wordOverlap(read[i]?.text ?? '', [text])));
}

function report(
  receipts: readonly Receipt[],
  results: readonly OcrResult[],
  crops: readonly Overlap[],
): AccuracyReport {
  const words = sumOverlaps(
    receipts.map(({ lines }, i) =>
      wordOverlap(
        results[i]!.text,
        lines.map(({ text }) => text),
      ),
    ),
  );
  const lines = sumOverlaps(
    receipts.map((receipt, i) =>
      overlap(
        results[i]!.lines.map((l) => lineKey(l.text)),
        receipt.lines.map((l) => lineKey(l.text)),
      ),
    ),
  );
  return {
    images: receipts.length,
    word_f1: rounded(f1(words)),
    precision: rounded(words.matched / words.predicted),
    recall: rounded(words.matched / words.true),
    line_exact: rounded(lines.matched / lines.true),
    crop_word_f1: rounded(f1(sumOverlaps(crops))),
    fields: fieldAccuracy(receipts, results),
    ...timeFigures(results.map((result) => result.processing_time_ms)),
  };
}

function lineKey(text: string): string {
  return wordsOf(text).join(' ');
}

function fieldAccuracy(receipts: readonly Receipt[], results: readonly OcrResult[]): Record<string, number> {
  const names = [...new Set(receipts.flatMap(({ fields }) => Object.keys(fields)))].filter(isComparable);
  return Object.fromEntries(
    names.map((name) => {
      const right = receipts.map(({ fields }, i) => fieldIsRight(name, results[i]!.structured, fields[name] ?? ''));
      return [name, rounded(right.filter(Boolean).length / receipts.length)];
    }),
  );
}
