/**
 * `npm run bench -- stages [--dataset DIR] [--limit N]`: where the time of a request goes, one image after another.
 * share: a stage's mean over the whole's mean. Stages that run beside each other overlap (barcodes beside detect and
 * recognise), so the shares may exceed 1 together.
 */
import { type OcrResult, STAGES } from '@edge-ocr/shared/contract/result';
import { mean, percentile, rounded } from './figures.ts';
import { type ImageSelection, selectImages } from './images.ts';
import { openPipeline } from './pipeline.ts';

export async function benchStages(selection: ImageSelection) {
  const files = selectImages(selection);
  const pipeline = await openPipeline();
  await pipeline.read(files[0]!);
  const results: OcrResult[] = [];
  for (const file of files) results.push(await pipeline.read(file));
  await pipeline.close();
  const whole = results.map((result) => result.processing_time_ms);
  const ran = STAGES.filter((stage) => results.some(({ timings }) => timings[stage] !== undefined));
  return {
    images: files.length,
    stages: [
      ...ran.map((stage) => {
        const times = results.map(({ timings }) => timings[stage] ?? 0);
        return row(stage, times, mean(whole));
      }),
      row('whole', whole, mean(whole)),
    ],
  };
}

function row(stage: string, times: readonly number[], wholeMean: number) {
  return {
    stage,
    p50_ms: rounded(percentile(times, 0.5), 1),
    p95_ms: rounded(percentile(times, 0.95), 1),
    mean_ms: rounded(mean(times), 1),
    share: rounded(mean(times) / wholeMean, 3),
  };
}
