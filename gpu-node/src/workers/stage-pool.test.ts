import { readFile } from 'node:fs/promises';
import { OcrError } from '@edge-ocr/shared/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hugeHeaderPng } from '../../../test/fixtures/bad-input.ts';
import { fixturePath } from '../../../test/fixtures/truth.ts';
import { LIMITS } from '../decode/image-limits.fixture.ts';
import { tiltedRect } from '../geometry.fixture.ts';
import { latinAlphabet } from '../recognise/alphabet.ts';
import { createStagePool, type StagePool } from './stage-pool.ts';

const TEXT_BOXES = { pixelThreshold: 0.3, boxThreshold: 0.6, unclipRatio: 1.5, minKernelSide: 3, maxBoxes: 10 };

let pool: StagePool;
beforeAll(() => {
  pool = createStagePool({ threads: 1, alphabet: latinAlphabet(['a', 'b']), lexicon: null, maxIdlePixelBytes: 0 });
});
afterAll(() => pool.close());

const decode = (source: Uint8Array) => pool.run('decode', { source, limits: LIMITS, maxWorkingSide: 3200 });

describe('createStagePool', () => {
  test('an OcrError keeps its code, words and facts across the thread', async () => {
    const error: OcrError = await pool.run('inspect', { file: hugeHeaderPng(), limits: LIMITS }).then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(OcrError);
    expect(error).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      status: 413,
      message: 'The image has more pixels than allowed',
      details: { width: 30_000, height: 30_000 },
    });
    expect(error.suggestion).toContain('Scale the image down');
  });

  test('what caused it is kept for the log', async () => {
    await expect(decode(Buffer.from('no image at all'))).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
      cause: expect.stringContaining('unsupported image format'),
    });
  });

  test('any other failure stays what it is: none of the client’s', async () => {
    const error = await pool.run('words', {} as never).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(OcrError.from(error).code).toBe('INTERNAL');
  });

  test('pixels come back in shared memory, and go on without a copy', async () => {
    const page = await decode(await readFile(fixturePath('format.webp')));
    expect(page.pixels.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    const rects = [tiltedRect(100, 50, 96, 48), tiltedRect(100, 100, 48, 48)];
    const cut = rects.map((rect) => ({ image: 0, rect }));
    const crops = await pool.run('cutCrops', { images: [page.pixels], crops: cut, width: 128 });
    expect(crops.dims).toEqual([2, 3, 48, 128]);
    expect(crops.data).toHaveLength(2 * 3 * 48 * 128);
    expect(crops.data.some((value) => value !== 0)).toBe(true);
    expect(page.pixels.data.byteLength).toBe(420 * 180 * 3);
  });

  test('pixels are written to the memory that a request holds', async () => {
    const bytes = await readFile(fixturePath('format.webp'));
    using request = pool.memory.open();
    const memory = request.take(420 * 180 * 3);
    const task = { source: bytes, limits: LIMITS, maxWorkingSide: 3200, memory };
    const { pixels } = await pool.run('decode', task);
    expect(pixels.data.buffer.byteLength).toBe(memory.byteLength);
    expect(Buffer.compare(pixels.data, (await decode(bytes)).pixels.data)).toBe(0);
    expect(Buffer.compare(pixels.data, new Uint8Array(memory, 0, pixels.data.length))).toBe(0);
  });

  test('memory that is too small is passed by', async () => {
    const bytes = await readFile(fixturePath('format.webp'));
    const memory = new SharedArrayBuffer(10);
    const { pixels } = await pool.run('decode', { source: bytes, limits: LIMITS, maxWorkingSide: 3200, memory });
    expect(pixels.data).toHaveLength(420 * 180 * 3);
  });

  test('the detector’s input is a tensor', async () => {
    const { pixels } = await decode(await readFile(fixturePath('format.webp')));
    const { data, dims } = await pool.run('prepareDetection', { pixels, side: 320 });
    expect(dims).toEqual([1, 3, 128, 320]);
    expect(data).toHaveLength(3 * 128 * 320);
  });

  test('a moved map is given away, and its boxes come back', async () => {
    const data = new Float32Array(64 * 32);
    for (let y = 10; y < 20; y++) data.fill(0.9, y * 64 + 10, y * 64 + 50);
    const map = { data, dims: [1, 1, 32, 64] };
    const boxes = await pool.run('textBoxes', { map, options: TEXT_BOXES }, [data.buffer]);
    expect(boxes).toHaveLength(1);
    expect(data.byteLength).toBe(0);
  });

  test('each row of a batch is read with the pool’s alphabet', async () => {
    // Two rows of two steps over the classes blank, a, b.
    const data = Float32Array.of(0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0);
    const rows = await pool.run('words', { probabilities: { data, dims: [2, 2, 3] } });
    expect(rows.map((row) => row.map(({ text }) => text).join(''))).toEqual(['ab', 'a']);
  });
});
