import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixturePath } from '../../../test/fixtures/truth.ts';
import { detectLines } from '../detect/detect-lines.ts';
import { uprightRect } from '../recognise/crop.ts';
import { CropBatcher, type LeavingBatch } from '../recognise/crop-batcher.ts';
import { loadTestEngine } from './engine.fixture.ts';
import { CROP_PADDING, type Engine } from './engine.ts';
import { shapeBuckets } from './shape-buckets.ts';

const LIMITS = { maxPixels: 1e8, maxSide: 2e4, minSide: 1, maxAspectRatio: 100, decodeTimeoutSeconds: 30 };
const never = new AbortController().signal;

let plain: Engine;
let padded: Engine;
const shapes = new Set<string>();
const batches: LeavingBatch[] = [];
beforeAll(async () => {
  plain = await loadTestEngine({ MODEL_GRAPH: 'optimised', EXECUTION_PROVIDER: 'cpu' });
  const buckets = shapeBuckets({ width: plain.config.MAX_LINE_WIDTH + CROP_PADDING, rows: 16, side: 1216 });
  const inference: Engine['inference'] = {
    ...plain.inference,
    run(network, input) {
      shapes.add(`${network} ${input.dims}`);
      return plain.inference.run(network, input);
    },
  };
  const limits = { maxCrops: 16, maxTotalWidth: 8192, padding: CROP_PADDING, concurrency: 2, buckets } as const;
  const crops = new CropBatcher(plain.stages, inference, {
    ...limits,
    network: 'recognise',
    onBatch: (batch) => batches.push(batch),
  });
  padded = { ...plain, inference, buckets, crops };
});
afterAll(() => plain.close());

async function read(file: string, engine: Engine) {
  const source = await readFile(fixturePath(file));
  const page = await engine.stages.run('decode', { source, limits: LIMITS, maxWorkingSide: 3200 });
  const { rects } = await detectLines(page, engine, never);
  const lines = await Promise.all(rects.map((rect) => engine.crops.read(page.pixels, uprightRect(rect), never)));
  return rects
    .map((rect, i) => ({ y: rect.corners[0].y, text: lines[i]!.map((word) => word.text).join(' ') }))
    .sort((a, b) => a.y - b.y);
}

// A GPU's shapes, on the CPU: what padding does to the reading is the same there.
test.each(['receipt-1.jpg', 'label-1.jpg'])('%s, padded to shapes, reads as it does without', async (file) => {
  const expected = await read(file, plain);
  const got = await read(file, padded);
  expect(got.map(({ text }) => text)).toEqual(expected.map(({ text }) => text));
  for (const [i, { y }] of got.entries()) expect(Math.abs(y - expected[i]!.y)).toBeLessThan(3);
});

test('every shape that was run is a bucket’s', () => {
  const { widths, rows, sides } = padded.buckets!;
  expect(shapes.size).toBeGreaterThan(2);
  for (const shape of shapes) {
    const [network, dims] = shape.split(' ') as [string, string];
    const [count, , height, width] = dims.split(',').map(Number) as [number, number, number, number];
    if (network === 'detect')
      expect([sides, sides]).toEqual([expect.arrayContaining([height]), expect.arrayContaining([width])]);
    else expect([rows, widths]).toEqual([expect.arrayContaining([count]), expect.arrayContaining([width])]);
  }
  expect(batches.length).toBeGreaterThan(0);
  for (const batch of batches) expect(batch.rows).toBeGreaterThanOrEqual(batch.crops);
});
