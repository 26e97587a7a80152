import type { EngineConfig } from '../config.ts';
import { CROP_HEIGHT } from '../recognise/crop.ts';
import { type Execution, isGpu } from './execution.ts';
import type { WarmUpShape } from './inference-pool.ts';
import { detectorShapes, recogniserShapes, type ShapeBuckets, shapeBuckets } from './shape-buckets.ts';

/** How work is cut for where it runs. */
export interface InferenceSettings {
  readonly workers: number;
  readonly maxCrops: number;
  readonly maxTotalWidth: number;
  /** null where inputs are as small as they can be. */
  readonly buckets: ShapeBuckets | null;
}

/** A GPU wants few and large batches of few shapes, a CPU what fits its cache. @param padding of a crop, in pixels. */
export function inferenceSettings(config: EngineConfig, execution: Execution, padding: number): InferenceSettings {
  if (!isGpu(execution)) {
    const { INFERENCE_WORKERS: workers, BATCH_MAX_CROPS: maxCrops, BATCH_MAX_WIDTH: maxTotalWidth } = config;
    return { workers, maxCrops, maxTotalWidth, buckets: null };
  }
  const { GPU_INFERENCE_WORKERS: workers, GPU_BATCH_MAX_CROPS: maxCrops, GPU_BATCH_MAX_WIDTH: maxTotalWidth } = config;
  const largest = { width: config.MAX_LINE_WIDTH + padding, rows: maxCrops, side: config.DETECT_SIDE };
  return { workers, maxCrops, maxTotalWidth, buckets: config.GPU_SHAPE_BUCKETS ? shapeBuckets(largest) : null };
}

/** What is run before the first request; undefined for one run of each network. Largest first: what memory a GPU needs shows at once. */
export function warmUpShapes({ buckets, maxTotalWidth }: InferenceSettings): WarmUpShape[] | undefined {
  if (!buckets) return undefined;
  const shapes: WarmUpShape[] = [
    ...detectorShapes(buckets).map((dims) => ({ network: 'detect' as const, dims })),
    ...recogniserShapes(buckets, CROP_HEIGHT, maxTotalWidth).map((dims) => ({ network: 'recognise' as const, dims })),
  ];
  const size = ({ dims }: WarmUpShape) => dims.reduce((a, b) => a * b);
  return shapes.sort((a, b) => size(b) - size(a));
}
