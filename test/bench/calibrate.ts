/**
 * `npm run bench -- calibrate --dataset DIR [--write]`: find what the 8-bit recogniser must know, on the even receipts
 * of a data set in the layout of SROIE: the range of each channel, and the drift of each layer's mean, layer by layer,
 * each with those before it corrected. drift: root mean square in codes. With --write, store it in models/calibration.
 */
import { readFile } from 'node:fs/promises';
import type { RotatedRect } from '@edge-ocr/gpu-node/geometry';
import { CROP_PADDING, type Engine } from '@edge-ocr/gpu-node/inference/engine';
import { loadObserved } from '@edge-ocr/gpu-node/inference/onnx';
import type { FloatTensor } from '@edge-ocr/gpu-node/inference/tensor';
import type { PageImage } from '@edge-ocr/gpu-node/pixels';
import { takeBatch } from '@edge-ocr/gpu-node/recognise/batches';
import { cropWidth, uprightRect } from '@edge-ocr/gpu-node/recognise/crop';
import { writeCalibration } from '@edge-ocr/models/calibration-file';
import { RangeCollector, valuesToObserve } from '@edge-ocr/models/onnx/calibrate';
import { decodeModel } from '@edge-ocr/models/onnx/model-file';
import type { Calibration } from '@edge-ocr/models/onnx/quantise';
import { correctDrift } from './drift.ts';
import { spread } from './images.ts';
import { openPipeline } from './pipeline.ts';
import { readSroie } from './sroie.ts';
import { trueBoxes } from './true-boxes.ts';

/** By model: the convolution from which layers are 8-bit. Those before it are cheap, and lose most. */
const FIRST: Record<string, string> = { 'pp-ocrv4-mobile-rec': 'p2o.Add.27' };
const RANGE_BATCHES = 500;
const DRIFT_BATCHES = 40;
const THREADS = 2;

export async function benchCalibrate({ dataset, write }: { dataset: string; write: boolean }) {
  const { engine } = await openPipeline({ MODEL_GRAPH: 'optimised' });
  const batches: FloatTensor[] = [];
  const receipts = readSroie(dataset).filter((_, i) => i % 2 === 0);
  for (const receipt of receipts) {
    const { page, rects } = await trueBoxes(receipt, engine);
    batches.push(...(await batchesOf(page, rects.map(uprightRect), engine)));
  }
  await engine.close();
  const model = engine.config.RECOGNISE_MODEL;
  const bytes = await readFile(engine.files.recognise!);
  const ranges = await rangesOf(bytes, FIRST[model] ?? '', spread(batches, RANGE_BATCHES));
  const { calibration, drift } = await correctDrift(bytes, ranges, spread(batches, DRIFT_BATCHES));
  if (write) writeCalibration(model, calibration);
  return { receipts: receipts.length, batches: batches.length, values: Object.keys(ranges).length, drift };
}

/** In batches as the pipeline makes them. */
async function batchesOf(page: PageImage, rects: readonly RotatedRect[], engine: Engine): Promise<FloatTensor[]> {
  const { BATCH_MAX_CROPS: maxCrops, BATCH_MAX_WIDTH: maxTotalWidth } = engine.config;
  const batches: FloatTensor[] = [];
  let waiting = rects.map((rect) => ({ rect, width: cropWidth(rect) })).sort((a, b) => a.width - b.width);
  while (waiting.length > 0) {
    const { batch, width } = takeBatch(waiting, { maxCrops, maxTotalWidth, padding: CROP_PADDING });
    const crops = batch.map(({ rect }) => ({ image: 0, rect }));
    batches.push(await engine.stages.run('cutCrops', { images: [page.pixels], crops, width }));
    waiting = waiting.filter((crop) => !batch.includes(crop));
  }
  return batches;
}

async function rangesOf(bytes: Uint8Array, first: string, batches: readonly FloatTensor[]): Promise<Calibration> {
  const model = decodeModel(bytes);
  const run = await loadObserved(model.encode(valuesToObserve(model.graph, first)), THREADS);
  const collector = new RangeCollector();
  for (const batch of batches) {
    for (const [value, { data, dims }] of Object.entries(await run(batch)))
      collector.add(value, data as Float32Array, dims);
  }
  return collector.ranges();
}
