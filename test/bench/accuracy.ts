/**
 * `npm run bench -- accuracy --dataset DIR [--limit N]`: the whole pipeline on a data set in the layout of SROIE.
 * word_f1: words of the whole text as multisets, upper-cased. line_exact: share of true lines that were read exactly,
 * spaces included. fields: share of receipts whose field is right, by the rules of fieldsEqual.
 */
import { readFile } from 'node:fs/promises';
import { parseEngineConfig } from '@edge-ocr/gpu-node/config';
import { loadEngine } from '@edge-ocr/gpu-node/inference/engine';
import { processDocument } from '@edge-ocr/gpu-node/process-document';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { fieldIsRight, isComparable } from './field-truth.ts';
import { percentile } from './percentile.ts';
import { type Receipt, readSroie } from './sroie.ts';
import { f1, type Overlap, overlap, sumOverlaps, wordsOf } from './word-f1.ts';

export interface AccuracyReport {
  readonly images: number;
  readonly word_f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly line_exact: number;
  readonly fields: Record<string, number>;
  readonly p50_ms: number;
  readonly p95_ms: number;
}

export async function benchAccuracy({ dataset, limit }: { dataset: string; limit: number }): Promise<AccuracyReport> {
  const engine = await loadEngine(parseEngineConfig(process.env));
  const options = parseOcrOptions({ type: 'receipt' });
  const receipts = readSroie(dataset).slice(0, limit);
  const results: OcrResult[] = [];
  for (const { image } of receipts) {
    const signal = AbortSignal.timeout(engine.config.PROCESSING_TIMEOUT_MS);
    results.push(await processDocument({ bytes: await readFile(image), options, signal }, engine));
  }
  await engine.close();
  return report(receipts, results);
}

function report(receipts: readonly Receipt[], results: readonly OcrResult[]): AccuracyReport {
  const words = sumOverlaps(
    receipts.map(({ lines }, i) =>
      wordOverlap(
        results[i]!.text,
        lines.map((l) => l.text),
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
  const times = results.map((result) => result.processing_time_ms);
  return {
    images: receipts.length,
    word_f1: rounded(f1(words)),
    precision: rounded(words.matched / words.predicted),
    recall: rounded(words.matched / words.true),
    line_exact: rounded(lines.matched / lines.true),
    fields: fieldAccuracy(receipts, results),
    p50_ms: Math.round(percentile(times, 0.5)),
    p95_ms: Math.round(percentile(times, 0.95)),
  };
}

function wordOverlap(text: string, truth: readonly string[]): Overlap {
  return overlap(wordsOf(text), truth.flatMap(wordsOf));
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

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
