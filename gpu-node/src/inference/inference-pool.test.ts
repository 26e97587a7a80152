import { describeModel, verifiedFile } from '@edge-ocr/models/manifest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInferencePool, type InferencePool, type NetworkFiles } from './inference-pool.ts';
import type { FloatTensor } from './tensor.ts';

let files: NetworkFiles;
let pool: InferencePool;

function fileOf(name: string): Promise<string> {
  const { origin, sha256 } = describeModel(name);
  return verifiedFile({ ...origin, sha256 });
}

function filled(dims: number[], value: number): FloatTensor {
  return { data: new Float32Array(dims.reduce((a, b) => a * b)).fill(value), dims };
}

beforeAll(async () => {
  files = { detect: await fileOf('pp-ocrv4-mobile-det'), recognise: await fileOf('pp-ocrv4-mobile-rec') };
  pool = await createInferencePool({ files, workers: 1, threads: { detect: 1, recognise: 1, skim: 1 } });
});
afterAll(() => pool.close());

describe('createInferencePool', () => {
  test('the detector gives one probability a pixel', async () => {
    const map = await pool.run('detect', filled([1, 3, 64, 96], 0.5));
    expect(map.dims).toEqual([1, 1, 64, 96]);
    expect(map.data).toHaveLength(64 * 96);
    expect(map.data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test('the recogniser gives the probabilities of all classes, a step every 8 pixels', async () => {
    const output = await pool.run('recognise', filled([2, 3, 48, 64], 0));
    expect(output.dims).toEqual([2, 8, 6625]);
    for (let step = 0; step < 2 * 8; step++) {
      const row = output.data.subarray(step * 6625, (step + 1) * 6625);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
    }
  });

  test('answers come to whom they belong, and inputs are given away', async () => {
    const inputs = [32, 64, 96].map((width) => filled([1, 3, 32, width], width / 100));
    const maps = await Promise.all(inputs.map((input) => pool.run('detect', input)));
    expect(maps.map(({ dims }) => dims[3])).toEqual([32, 64, 96]);
    expect(inputs.map(({ data }) => data.byteLength)).toEqual([0, 0, 0]);
  });

  test('an input of a wrong shape fails alone', async () => {
    await expect(pool.run('recognise', filled([1, 1, 48, 64], 0))).rejects.toThrow();
    expect((await pool.run('detect', filled([1, 3, 32, 32], 0))).dims).toEqual([1, 1, 32, 32]);
  });
});

test('a network that cannot be loaded stops the start', async () => {
  const missing = { ...files, detect: `${files.detect}.missing` };
  await expect(
    createInferencePool({ files: missing, workers: 1, threads: { detect: 1, recognise: 1, skim: 1 } }),
  ).rejects.toThrow('.missing');
});
