import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeModel } from '@edge-ocr/models/manifest';
import { optimiseNetwork } from '@edge-ocr/models/optimise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../geometry.fixture.ts';
import { loadNetwork } from './onnx.ts';
import { prepareNetwork } from './prepare-network.ts';
import type { FloatTensor } from './tensor.ts';

const detector = describeModel('pp-ocrv4-mobile-det');
const recogniser = describeModel('pp-ocrv4-mobile-rec');
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'edge-ocr-models-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

function noise(dims: readonly number[]): FloatTensor {
  const random = seededRandom(7);
  return { dims, data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => 2 * random() - 1) };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe('prepareNetwork', () => {
  test('the rewritten detector answers as the original does', async () => {
    const [original, rewritten] = await Promise.all(
      (['original', 'optimised'] as const).map(async (graph) => {
        const network = await loadNetwork(await prepareNetwork(detector, { dataDir, graph }), 1);
        return network.run(noise([1, 3, 64, 96]));
      }),
    );
    expect(rewritten!.dims).toEqual([1, 1, 64, 96]);
    expect(largestDifference(rewritten!.data, original!.data)).toBeLessThan(1e-5);
  });

  test('the rewritten recogniser gives the kept classes the original’s probabilities, shared out among them', async () => {
    const classes = [0, 12, 4000, 6624];
    const original = await loadNetwork(await prepareNetwork(recogniser, { dataDir, graph: 'original' }), 1);
    const cut = await loadNetwork(await prepareNetwork(recogniser, { dataDir, graph: 'optimised', classes }), 1);
    const full = await original.run(noise([2, 3, 48, 64]));
    const few = await cut.run(noise([2, 3, 48, 64]));
    expect(few.dims).toEqual([2, 8, 4]);
    for (let step = 0; step < 16; step++) {
      const kept = classes.map((index) => full.data[step * 6625 + index]!);
      const sum = kept.reduce((a, b) => a + b);
      const expected = Float32Array.from(kept, (p) => p / sum);
      expect(largestDifference(few.data.subarray(step * 4, step * 4 + 4), expected)).toBeLessThan(1e-4);
    }
  });

  test('a rewritten file is made once, and again for other classes', async () => {
    const options = { dataDir, graph: 'optimised' as const };
    const first = await prepareNetwork(recogniser, { ...options, classes: [0, 1] });
    const made = await stat(first);
    expect(await prepareNetwork(recogniser, { ...options, classes: [0, 1] })).toBe(first);
    expect((await stat(first)).mtimeMs).toBe(made.mtimeMs);
    expect(await prepareNetwork(recogniser, { ...options, classes: [0, 2] })).not.toBe(first);
  });

  test('two nodes that start at once share the file and leave nothing else behind', async () => {
    const options = { dataDir, graph: 'optimised' as const, classes: [0, 5] };
    const [a, b] = await Promise.all([prepareNetwork(recogniser, options), prepareNetwork(recogniser, options)]);
    expect(a).toBe(b);
    expect((await readdir(join(dataDir, 'models'))).every((file) => file.endsWith('.onnx'))).toBe(true);
  });

  test('the 8-bit file is another than the exact one, and only a calibrated model has one', async () => {
    const exact = await prepareNetwork(recogniser, { dataDir, graph: 'optimised', classes: [0, 1] });
    const quantised = await prepareNetwork(recogniser, { dataDir, graph: 'int8', classes: [0, 1] });
    expect((await stat(quantised)).size).toBeLessThan(0.7 * (await stat(exact)).size);
    await expect(prepareNetwork(detector, { dataDir, graph: 'int8' })).rejects.toThrow('never calibrated');
  });

  test.each([
    ['detector', detector, [1, 3, 64, 96], undefined],
    ['recogniser', recogniser, [2, 3, 48, 96], [0, 12, 4000, 6624]],
  ])('the %s in half precision gives nearly the same probabilities', async (_, model, dims, classes) => {
    const options = { dataDir, ...(classes && { classes }) };
    const [full, half] = await Promise.all(
      (['optimised', 'float16'] as const).map((graph) => prepareNetwork(model, { ...options, graph })),
    );
    expect((await stat(half!)).size).toBeLessThan(0.6 * (await stat(full!)).size);
    const [expected, got] = await Promise.all(
      [full!, half!].map(async (file) => (await loadNetwork(file, 1)).run(noise(dims))),
    );
    expect(got!.dims).toEqual(expected!.dims);
    expect(largestDifference(got!.data, expected!.data)).toBeLessThan(0.03);
  });

  test('classes of a network without a classifier are refused', async () => {
    const bytes = await readFile(await prepareNetwork(detector, { dataDir, graph: 'original' }));
    expect(() => optimiseNetwork(bytes, [0, 1])).toThrow('does not end in MatMul, Add and Softmax');
  });
});
