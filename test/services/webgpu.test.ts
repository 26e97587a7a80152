/**
 * The WebGPU provider for real, on whatever Vulkan there is: a software one is slow (tens of seconds), and exact enough
 * to compare with the CPU. TEST_VULKAN=1 says that there is one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectionInput } from '@edge-ocr/gpu-node/detect/detection-input';
import type { Execution } from '@edge-ocr/gpu-node/inference/execution';
import {
  createInferencePool,
  type InferencePool,
  type NetworkFiles,
  type NetworkName,
} from '@edge-ocr/gpu-node/inference/inference-pool';
import { prepareNetwork } from '@edge-ocr/gpu-node/inference/prepare-network';
import type { FloatTensor } from '@edge-ocr/gpu-node/inference/tensor';
import { describeModel } from '@edge-ocr/models/manifest';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixturePath } from '../fixtures/truth.ts';

const WEBGPU: Execution = { provider: 'webgpu', device: 0 };
const THREADS = { detect: 2, recognise: 2, skim: 2 };
const TIMEOUT_MS = 600_000;

describe.skipIf(!process.env.TEST_VULKAN)('webgpu', () => {
  let dataDir: string;
  let files: NetworkFiles;
  let cpu: InferencePool;
  let gpu: InferencePool;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'edge-ocr-webgpu-'));
    const options = { dataDir, graph: 'optimised' as const };
    files = {
      detect: await prepareNetwork(describeModel('pp-ocrv4-mobile-det'), options),
      recognise: await prepareNetwork(describeModel('pp-ocrv4-mobile-rec'), { ...options, classes: [0, 12, 90, 6624] }),
    };
    cpu = await createInferencePool({ files, workers: 1, threads: THREADS, warmUp: [] });
    // That it starts says that the provider took the convolutions and products: they are looked at in a profile.
    gpu = await createInferencePool({ files, workers: 1, threads: THREADS, execution: WEBGPU, warmUp: [] });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all([cpu?.close(), gpu?.close()]);
    await rm(dataDir, { recursive: true });
  });

  async function expectTheSame(network: NetworkName, input: () => FloatTensor): Promise<void> {
    const expected = await cpu.run(network, input());
    const got = await gpu.run(network, input());
    expect(got.dims).toEqual(expected.dims);
    expect(Math.max(...expected.data)).toBeGreaterThan(0.5);
    const difference = got.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.data[i]!)), 0);
    expect(difference).toBeLessThan(1e-3);
  }

  test('the detector finds on a label what the CPU finds', { timeout: TIMEOUT_MS }, async () => {
    const label = sharp(fixturePath('label-1.jpg')).resize(224, 160, { fit: 'fill' }).removeAlpha();
    const data = await label.raw().toBuffer();
    const { tensor, width, height } = await detectionInput({ data, width: 224, height: 160 }, 224);
    await expectTheSame('detect', () => ({ data: tensor.slice(), dims: [1, 3, height, width] }));
  });

  test('the recogniser gives what the CPU gives', { timeout: TIMEOUT_MS }, async () => {
    const dims = [2, 3, 48, 64];
    const waves = (_: unknown, i: number) => Math.sin(i * 0.37) * Math.cos(i * 0.011);
    await expectTheSame('recognise', () => ({ dims, data: Float32Array.from({ length: 2 * 3 * 48 * 64 }, waves) }));
  });

  test('an 8-bit network is not taken, and that stops the start', { timeout: TIMEOUT_MS }, async () => {
    const int8 = await prepareNetwork(describeModel('pp-ocrv4-mobile-rec'), {
      dataDir,
      graph: 'int8',
      classes: [0, 12],
    });
    const started = createInferencePool({
      files: { recognise: int8 },
      workers: 1,
      threads: THREADS,
      execution: WEBGPU,
      warmUp: [],
    });
    await expect(started).rejects.toThrow('EXECUTION_PROVIDER=webgpu loaded, but did not take the network recognise');
  });
});
