/** Against PyTorch and transformers.generate, with a small random model of TrOCR's architecture. */
import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expected, generationFor, images, MAX_TOKENS, TINY_MODEL, type WayName } from './expected.fixture.ts';
import type { GeneratedSequence } from './generation.ts';
import { loadTrocrModel, type TrocrModel } from './trocr-model.ts';

const WAYS = Object.keys(expected.ways) as WayName[];
const OPTIONS = { folder: TINY_MODEL, threads: 1, maxTokens: MAX_TOKENS };

let model: TrocrModel;
beforeAll(async () => {
  model = await loadTrocrModel(OPTIONS);
});
afterAll(() => model.close());

/** @param size of a batch. */
async function readAll(size: number, way: WayName, of = model): Promise<(GeneratedSequence | null)[]> {
  const read: (GeneratedSequence | null)[] = [];
  for (let start = 0; start < images.length; start += size)
    read.push(...(await of.read(images.slice(start, start + size), undefined, generationFor(way))));
  return read;
}

function expectParity(read: readonly (GeneratedSequence | null)[], way: WayName): void {
  expect(read.map((sequence) => sequence?.tokens)).toEqual(expected.images.map((image) => image[way].tokens));
  for (const [index, sequence] of read.entries()) {
    const { log_probabilities: logProbabilities, score } = expected.images[index]![way];
    expect(sequence!.logProbabilities).toHaveLength(logProbabilities.length);
    for (const [i, value] of logProbabilities.entries())
      expect(Math.abs(sequence!.logProbabilities[i]! - value)).toBeLessThan(1e-3);
    if (score === undefined) expect(sequence!.score).toBeNull();
    else expect(Math.abs(sequence!.score! - score)).toBeLessThan(1e-4);
  }
}

test('the fixture holds 50 images whose sequences differ, and end at different lengths', () => {
  expect(images).toHaveLength(50);
  for (const way of WAYS) {
    const lengths = new Set(expected.images.map((image) => image[way].tokens.length));
    const sequences = new Set(expected.images.map((image) => image[way].tokens.join()));
    expect(lengths.size).toBeGreaterThan(5);
    expect(sequences.size).toBeGreaterThan(30);
  }
});

test.each([1, 7])('the encoder’s output is PyTorch’s within 1e-4, in batches of %d', async (size) => {
  for (let start = 0; start < images.length; start += size) {
    const batch = images.slice(start, start + size);
    const hidden = await model.encode(batch);
    const one = hidden.dims.slice(1).reduce((a, b) => a * b);
    const values = hidden.data as Float32Array;
    for (const [i] of batch.entries()) {
      const { encoder, encoder_sum: sum } = expected.images[start + i]!;
      const own = values.subarray(i * one, (i + 1) * one);
      for (const [at, place] of expected.encoder_places.entries())
        expect(Math.abs(own[place]! - encoder[at]!)).toBeLessThan(1e-4);
      expect(Math.abs(own.reduce((a, b) => a + b, 0) - sum)).toBeLessThan(0.05);
    }
  }
});

describe.each(WAYS)('%s', (way) => {
  test('50 images one by one give the sequences and scores of transformers.generate', async () => {
    expectParity(await readAll(1, way), way);
  });

  test.each([17])('and the same in batches of %d', async (size) => {
    expectParity(await readAll(size, way), way);
  });
});

test('the text of sequences is what transformers decodes', async () => {
  const read = await readAll(50, 'greedy');
  expect(read.map((sequence) => model.tokenizer.decode(sequence!.tokens))).toEqual(
    expected.images.map((image) => image.text),
  );
});

test('a decoder in two files reads as the merged one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trocr-'));
  try {
    await cp(TINY_MODEL, folder, { recursive: true });
    await rm(join(folder, 'onnx/decoder_model_merged.onnx'));
    // Beside the configuration, as optimum itself writes them.
    await copyFile(join(folder, 'onnx/encoder_model.onnx'), join(folder, 'encoder_model.onnx'));
    const split = await loadTrocrModel({ ...OPTIONS, folder });
    expectParity(await readAll(25, 'greedy', split), 'greedy');
    expectParity(await readAll(25, 'beam4', split), 'beam4');
    await split.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(['greedy', 'beam4'] as const)('half-precision weights and caches read nearly the same: %s', async (way) => {
  const halves = await loadTrocrModel({ ...OPTIONS, variant: '_fp16' });
  const read = await readAll(25, way, halves);
  const same = read.filter((sequence, i) => sequence!.tokens.join() === expected.images[i]![way].tokens.join());
  // Random weights have many second choices that are close; a cache that was misread would leave almost none the same.
  expect(same.length).toBeGreaterThanOrEqual(40);
  await halves.close();
});

test('a row that nobody wants any more leaves, and the others read on as before', async () => {
  const left = new Set([1, 3]);
  let steps = 0;
  const isWanted = (image: number) => steps++ < 16 || !left.has(image);
  const long = expected.images.flatMap((image, i) => (image.beam4.tokens.length === 24 ? [i] : [])).slice(0, 4);
  const read = await model.read(
    long.map((i) => images[i]!),
    isWanted,
    generationFor('beam4'),
  );
  expect(read.map((sequence) => sequence?.tokens ?? null)).toEqual(
    long.map((i, at) => (left.has(at) ? null : expected.images[i]!.beam4.tokens)),
  );
});
