import { describe, expect, test } from 'vitest';
import { type RotatedRect, rectOf } from '../geometry.ts';
import type { InferencePool } from '../inference/inference-pool.ts';
import type { FloatTensor } from '../inference/tensor.ts';
import type { RgbPixels } from '../pixels.ts';
import type { StagePool } from '../workers/stage-pool.ts';
import { CropBatcher, type LeavingBatch } from './crop-batcher.ts';

const OPTIONS = { network: 'recognise', maxCrops: 4, maxTotalWidth: 100_000, padding: 0, concurrency: 1 } as const;
const never = new AbortController().signal;

/** A rectangle whose crop is as wide as `width`; its x says which one it is. */
function rectangle(x: number, width: number): RotatedRect {
  return rectOf([
    { x, y: 0 },
    { x: x + width, y: 0 },
    { x: x + width, y: 48 },
    { x, y: 48 },
  ]);
}

function image(name: number): RgbPixels {
  return { data: Uint8Array.of(name, 0, 0), width: 1, height: 1 };
}

/** Stages and network that answer with the image and x of each crop, and let each run when told to. */
function standIns() {
  const batches: string[][] = [];
  const gates: { open(): void; fail(reason: Error): void }[] = [];
  const stages = {
    async run(name: string, task: never) {
      if (name === 'words')
        return JSON.parse(
          new TextDecoder().decode((task as { probabilities: FloatTensor }).probabilities.data as never),
        );
      const { images, crops } = task as { images: RgbPixels[]; crops: { image: number; rect: RotatedRect }[] };
      const names = crops.map((crop) => `${images[crop.image]!.data[0]}:${crop.rect.corners[0].x}`);
      batches.push(names);
      const text = JSON.stringify(names.map((text) => [{ text }]));
      return { data: new TextEncoder().encode(text) as unknown as Float32Array, dims: [] };
    },
  } as unknown as StagePool;
  const inference = {
    run: (_: string, input: FloatTensor) =>
      new Promise<FloatTensor>((resolve, reject) => gates.push({ open: () => resolve(input), fail: reject })),
  } as unknown as InferencePool;
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
  return { stages, inference, batches, gates, settle };
}

describe('CropBatcher', () => {
  test('a lone request leaves at once, what it asks for in one go together', async () => {
    const { stages, inference, batches, gates, settle } = standIns();
    const batcher = new CropBatcher(stages, inference, OPTIONS);
    const read = [rectangle(1, 100), rectangle(0, 300)].map((rect) => batcher.read(image(1), rect, never));
    await settle();
    expect(batches).toEqual([['1:1', '1:0']]);
    gates[0]!.open();
    expect((await Promise.all(read)).map(([first]) => first!.text)).toEqual(['1:1', '1:0']);
  });

  test('crops that wait while a batch runs share the next one, across requests', async () => {
    const { stages, inference, batches, gates, settle } = standIns();
    const batcher = new CropBatcher(stages, inference, OPTIONS);
    const first = batcher.read(image(1), rectangle(0, 100), never);
    await settle();
    const second = batcher.read(image(2), rectangle(0, 100), never);
    const third = batcher.read(image(3), rectangle(0, 120), never);
    await settle();
    expect(batches).toHaveLength(1);
    gates[0]!.open();
    await first;
    await settle();
    expect(batches[1]).toEqual(['2:0', '3:0']);
    gates[1]!.open();
    expect((await second)[0]!.text).toBe('2:0');
    expect((await third)[0]!.text).toBe('3:0');
  });

  test('an aborted request’s waiting crops are dropped with its reason', async () => {
    const { stages, inference, batches, gates, settle } = standIns();
    const batcher = new CropBatcher(stages, inference, OPTIONS);
    const first = batcher.read(image(1), rectangle(0, 100), never);
    await settle();
    const leaving = new AbortController();
    const second = batcher.read(image(2), rectangle(0, 100), leaving.signal);
    leaving.abort(new Error('gone'));
    gates[0]!.open();
    await first;
    await expect(second).rejects.toThrow('gone');
    expect(batches).toHaveLength(1);
  });

  test('a failed batch fails its own crops and the next batch runs', async () => {
    const { stages, inference, gates, settle } = standIns();
    const batcher = new CropBatcher(stages, inference, { ...OPTIONS, maxCrops: 1 });
    const first = batcher.read(image(1), rectangle(0, 100), never);
    const second = batcher.read(image(2), rectangle(0, 100), never);
    await settle();
    gates[0]!.fail(new Error('model failed'));
    await expect(first).rejects.toThrow('model failed');
    await settle();
    gates[1]!.open();
    expect((await second)[0]!.text).toBe('2:0');
  });

  test('each batch is told of as it leaves: its lines, and how much of what it may be that is', async () => {
    const { stages, inference, gates, settle } = standIns();
    const told: LeavingBatch[] = [];
    const options = { ...OPTIONS, maxTotalWidth: 640, onBatch: (batch: LeavingBatch) => told.push(batch) };
    const batcher = new CropBatcher(stages, inference, options);
    const few = [batcher.read(image(1), rectangle(0, 100), never)];
    await settle();
    // 128 wide each, once they are padded to the stride: of 640 pixels, and of 4 crops.
    few.push(...[1, 2, 3].map((x) => batcher.read(image(1), rectangle(x, 100), never)));
    gates[0]!.open();
    await settle();
    gates[1]!.open();
    await Promise.all(few);
    const wide = batcher.read(image(1), rectangle(9, 900), never);
    await settle();
    gates[2]!.open();
    await wide;
    expect(told).toEqual([
      { network: 'recognise', crops: 1, rows: 1, fill: 0.25 },
      { network: 'recognise', crops: 3, rows: 3, fill: 0.75 },
      { network: 'recognise', crops: 1, rows: 1, fill: 1 },
    ]);
  });
});
