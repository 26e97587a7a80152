/**
 * `npm run bench -- reliability --dataset DIR [--limit N] [--write]`: whether confidence means what it says, on a data set in
 * the layout of SROIE, as it is and as bad photos of it. Of each bin of confidence: how many there were, their mean confidence,
 * and the share that was right. ece: the mean difference of the two, weighted by number (expected calibration error).
 * words: all characters right. lines: the share of words right. Fields: by the rules of field-truth.ts.
 * weights, curves: the models of word and field confidence, fitted anew; with --write they are stored.
 * …_cross_validated: the same figures when the receipt was not learnt from.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { between } from '@edge-ocr/gpu-node/extract/field-confidence';
import { rowsOf } from '@edge-ocr/gpu-node/extract/layout';
import { readReceipt } from '@edge-ocr/gpu-node/extract/receipt';
import { EVIDENCE, evidenceBehind } from '@edge-ocr/gpu-node/recognise/word-confidence';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { fieldIsRight, isComparable } from './field-truth.ts';
import { mean, rounded } from './figures.ts';
import { spread } from './images.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitLogistic, type Labelled, probability } from './logistic.ts';
import { openPipeline } from './pipeline.ts';
import { type Receipt, readSroie } from './sroie.ts';
import { truthBeside } from './truth-beside.ts';
import { makeVariant } from './variants.ts';
import { wordsRight } from './word-alignment.ts';

const NODE_SOURCE = new URL('../../gpu-node/src/', import.meta.url);
const WORD_FILE = new URL('recognise/confidence-weights.json', NODE_SOURCE);
const FIELD_FILE = new URL('extract/field-confidence.json', NODE_SOURCE);
/** Upright all of them, so that the true boxes hold; the last three cannot be read well. */
const VARIANTS = ['plain', 'jpeg_30', 'blur_1', 'dim', 'scaled_half', 'blur_3', 'blur_5', 'scaled_quarter'];
const BIN_EDGES = [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1];
const FOLDS = 5;

/** Something that was told with a confidence; `right` from 0 to 1. */
interface Claim {
  readonly confidence: number;
  readonly right: number;
}

/** What one reading of one receipt claimed. */
interface Reading {
  readonly receipt: number;
  readonly variant: string;
  readonly words: readonly Claim[];
  readonly lines: readonly Claim[];
  readonly fields: Readonly<Record<string, Claim>>;
  /** The same fields with the confidence of their rules. */
  readonly rules: Readonly<Record<string, Claim>>;
  /** What stood behind the confidences of the words. */
  readonly samples: readonly Labelled[];
}

export async function benchReliability(options: { dataset: string; limit: number; write: boolean }) {
  const readings = await readAll(spread(readSroie(options.dataset), options.limit));
  const weights = fitLogistic(
    EVIDENCE,
    readings.flatMap(({ samples }) => samples),
  );
  const words = readings.flatMap((reading) => reading.words);
  const lines = readings.flatMap((reading) => reading.lines);
  const names = [...new Set(readings.flatMap(({ fields }) => Object.keys(fields)))];
  const fields = Object.fromEntries(
    names.map((name) => [name, readings.flatMap((reading) => reading.fields[name] ?? [])]),
  );
  const rulesOf = (name: string, chosen = readings) => chosen.flatMap((reading) => reading.rules[name] ?? []);
  const curves = Object.fromEntries(names.map((name) => [name, fitIsotonic(rulesOf(name))]));
  if (options.write) {
    await writeFile(fileURLToPath(WORD_FILE), `${JSON.stringify(weights, null, 2)}\n`);
    await writeFile(fileURLToPath(FIELD_FILE), `${JSON.stringify(curves, null, 2)}\n`);
  }
  const crossValidated = Object.fromEntries(
    names.map((name) => [
      `${name}_cross_validated`,
      crossValidate(readings, (learnt, tested) => {
        const curve = fitIsotonic(rulesOf(name, learnt));
        return rulesOf(name, tested).map(({ confidence, right }) => ({
          confidence: between([[0, 0], ...curve], confidence),
          right,
        }));
      }),
    ]),
  );
  const tables = {
    words,
    words_cross_validated: crossValidate(readings, foldOfWords),
    lines,
    ...fields,
    ...crossValidated,
  };
  return {
    images: readings.length,
    weights,
    curves,
    ...Object.fromEntries(Object.entries(tables).map(([name, claims]) => [name, reliability(claims)])),
    ece: Object.fromEntries(Object.entries(tables).map(([name, claims]) => [name, calibrationError(claims)])),
    variants: VARIANTS.map((variant) => {
      const claims = readings.filter((reading) => reading.variant === variant).flatMap((reading) => reading.words);
      return { variant, count: claims.length, ...means(claims), ece: calibrationError(claims) };
    }),
  };
}

async function readAll(receipts: readonly Receipt[]): Promise<Reading[]> {
  const pipeline = await openPipeline();
  const maxPixels = pipeline.config.MAX_IMAGE_PIXELS;
  const readings: Reading[] = [];
  for (const [index, receipt] of receipts.entries()) {
    let width: number | undefined;
    for (const variant of VARIANTS) {
      const { image: file } = receipt;
      const make = { file, seed: index, maxPixels };
      const result = await pipeline.read(variant === 'plain' ? await readFile(file) : await makeVariant(variant, make));
      width ??= result.pages[0]!.width;
      const claims = claimsOf(result, receipt, result.pages[0]!.width / width);
      readings.push({ receipt: index, variant, ...claims });
    }
  }
  await pipeline.close();
  return readings;
}

/** @param scale of the image, as it was read, to that of the true boxes. */
function claimsOf({ lines, fields, structured }: OcrResult, receipt: Receipt, scale: number) {
  const right = lines.map((line) => {
    const texts = line.words.map(({ text }) => text);
    return wordsRight(texts, truthBeside(line.polygon, receipt.lines, scale));
  });
  const words = lines.flatMap((line) => line.words);
  const told = Object.keys(receipt.fields).filter((name) => isComparable(name) && fields[name]);
  const rules = readReceipt(rowsOf(lines)).fields;
  const claimsBy = (confidenceOf: (name: string) => number | undefined) =>
    Object.fromEntries(
      told.flatMap((name) => {
        const confidence = confidenceOf(name);
        const right = Number(fieldIsRight(name, structured, receipt.fields[name]!));
        return confidence === undefined ? [] : [[name, { confidence, right }]];
      }),
    );
  return {
    words: claims(words, right.flat().map(Number)),
    lines: claims(
      lines,
      right.map((of) => mean(of.map(Number))),
    ),
    fields: claimsBy((name) => fields[name]!.confidence),
    rules: claimsBy((name) => rules[name]?.confidence),
    samples: evidenceBehind(words).map((evidence, i) => ({
      features: EVIDENCE.map((name) => evidence[name]),
      label: right.flat()[i]!,
    })),
  };
}

function claims(told: readonly { confidence: number }[], right: readonly number[]): Claim[] {
  return told.map(({ confidence }, i) => ({ confidence, right: right[i]! }));
}

/** Claims about receipts that were not learnt from. */
function crossValidate(
  readings: readonly Reading[],
  judge: (learnt: Reading[], tested: Reading[]) => Claim[],
): Claim[] {
  return Array.from({ length: FOLDS }, (_, fold) =>
    judge(
      readings.filter(({ receipt }) => receipt % FOLDS !== fold),
      readings.filter(({ receipt }) => receipt % FOLDS === fold),
    ),
  ).flat();
}

function foldOfWords(learnt: readonly Reading[], tested: readonly Reading[]): Claim[] {
  const model = fitLogistic(
    EVIDENCE,
    learnt.flatMap(({ samples }) => samples),
  );
  return tested
    .flatMap(({ samples }) => samples)
    .map(({ features, label }) => ({ confidence: probability(model, features), right: Number(label) }));
}

function reliability(told: readonly Claim[]) {
  return bins(told).map(({ from, to, of }) => ({ confidence: `${from}–${to}`, count: of.length, ...means(of) }));
}

function means(told: readonly Claim[]) {
  return {
    mean_confidence: rounded(mean(told.map(({ confidence }) => confidence)), 3),
    right: rounded(mean(told.map(({ right }) => right)), 3),
  };
}

function calibrationError(told: readonly Claim[]): number {
  const differences = bins(told).map(({ of }) =>
    of.reduce((sum, { confidence, right }) => sum + confidence - right, 0),
  );
  return rounded(differences.reduce((sum, difference) => sum + Math.abs(difference), 0) / Math.max(1, told.length));
}

function bins(told: readonly Claim[]) {
  return BIN_EDGES.slice(1)
    .map((to, i) => {
      const from = BIN_EDGES[i]!;
      const isIn = ({ confidence }: Claim) => confidence >= from && (confidence < to || (to === 1 && confidence === 1));
      return { from, to, of: told.filter(isIn) };
    })
    .filter(({ of }) => of.length > 0);
}
