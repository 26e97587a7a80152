/**
 * `npm run bench -- spaces --dataset DIR [--write]`: fit the model that tells where words begin, on the boxes and
 * transcripts of a SROIE data set; report its error cross-validated by receipt; with --write, store the weights.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Engine } from '@edge-ocr/gpu-node/inference/engine';
import type { CtcCharacter } from '@edge-ocr/gpu-node/recognise/ctc';
import { GAP_FEATURES, gapFeatures, typicalAdvance } from '@edge-ocr/gpu-node/recognise/spaces';
import { fitLogistic, type Labelled, score } from './logistic.ts';
import { DEADLINE_MS, openPipeline } from './pipeline.ts';
import { type Receipt, readSroie } from './sroie.ts';
import { trueBoxes } from './true-boxes.ts';

const FOLDS = 5;
const WEIGHTS_FILE = new URL('../../gpu-node/src/recognise/space-weights.json', import.meta.url);

interface Sample extends Labelled {
  readonly receipt: number;
}

export async function benchSpaces({ dataset, write }: { dataset: string; write: boolean }) {
  const { engine } = await openPipeline();
  const samples: Sample[] = [];
  const receipts = readSroie(dataset);
  for (const [index, receipt] of receipts.entries()) samples.push(...(await samplesOf(receipt, index, engine)));
  await engine.close();
  const weights = fitLogistic(GAP_FEATURES, samples);
  if (write) await writeFile(fileURLToPath(WEIGHTS_FILE), `${JSON.stringify(weights, null, 2)}\n`);
  return { receipts: receipts.length, gaps: samples.length, gap_error: crossValidate(samples), weights };
}

/** Gaps of the lines whose characters were all read right: only there the truth of each gap is known. */
async function samplesOf(receipt: Receipt, index: number, engine: Engine): Promise<Sample[]> {
  const { page, rects } = await trueBoxes(receipt, engine);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const read = await Promise.all(rects.map((rect) => engine.crops.read(page.pixels, rect, signal)));
  return receipt.lines.flatMap((line, i) =>
    lineSamples(
      line.text,
      read[i]!.flatMap(({ characters }) => characters),
      index,
    ),
  );
}

function lineSamples(truth: string, characters: readonly CtcCharacter[], receipt: number): Sample[] {
  const words = truth.trim().split(/\s+/);
  const letters = words.join('').toUpperCase();
  if (
    characters.length < 2 ||
    characters
      .map((c) => c.text)
      .join('')
      .toUpperCase() !== letters
  )
    return [];
  const starts = new Set<number>();
  for (let at = 0, w = 0; w < words.length; at += words[w]!.length, w++) starts.add(at);
  const typical = typicalAdvance(characters);
  return characters.slice(1).map((_, i) => {
    const features = gapFeatures(characters, i + 1, typical);
    return { receipt, features: GAP_FEATURES.map((name) => features[name]), label: starts.has(i + 1) };
  });
}

/** Share of gaps judged wrongly when the receipt they stand on was not learnt from. */
function crossValidate(samples: readonly Sample[]): number {
  let wrong = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const weights = fitLogistic(
      GAP_FEATURES,
      samples.filter(({ receipt }) => receipt % FOLDS !== fold),
    );
    const test = samples.filter(({ receipt }) => receipt % FOLDS === fold);
    wrong += test.filter((sample) => score(weights, sample.features) > 0 !== sample.label).length;
  }
  return wrong / samples.length;
}
