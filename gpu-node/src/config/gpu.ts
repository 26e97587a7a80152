/** Where networks run, and how work is cut for a GPU. */
import { z } from 'zod';
import { PROVIDERS } from '../inference/execution.ts';
import type { readingVariables } from './reading.ts';
import { flag, integer, type VariablesOf } from './variable.ts';

export const gpuVariables = {
  EXECUTION_PROVIDER: z
    .enum(['auto', ...PROVIDERS])
    .default('auto')
    .describe('Where networks run; auto is cuda where its library is and a device answers, else cpu.'),
  CUDA_DEVICE: integer(0, 63).default(0).describe('Number of the GPU, for cuda and tensorrt.'),
  GPU_INFERENCE_WORKERS: integer(1, 16)
    .default(2)
    .describe('INFERENCE_WORKERS on a GPU: while one run is copied in and out, the other computes.'),
  GPU_BATCH_MAX_CROPS: integer(1, 256).default(64).describe('BATCH_MAX_CROPS on a GPU.'),
  GPU_BATCH_MAX_WIDTH: integer(320, 200_000).default(16_384).describe('BATCH_MAX_WIDTH on a GPU.'),
  GPU_SHAPE_BUCKETS: flag
    .default(true)
    .describe('Whether inputs on a GPU are padded to a few shapes, all of which are run before the node is ready.'),
};

export function gpuContradictions(
  config: Partial<VariablesOf<typeof gpuVariables & typeof readingVariables>>,
): string[] {
  const { EXECUTION_PROVIDER: provider = 'auto', MODEL_GRAPH: graph } = config;
  if (graph !== 'int8' || provider === 'auto' || provider === 'cpu') return [];
  return [`MODEL_GRAPH: int8 is for the CPU, and EXECUTION_PROVIDER is ${provider}`];
}
