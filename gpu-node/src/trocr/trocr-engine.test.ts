import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rectOf } from '../geometry.ts';
import type { PageImage } from '../pixels.ts';
import { expected, images, MAX_TOKENS, TINY_MODEL } from './expected.fixture.ts';
import { openTrocr, type TrocrEngine, type TrocrOptions } from './trocr-engine.ts';

const OPTIONS: TrocrOptions = {
  folder: TINY_MODEL,
  threads: 1,
  workers: 1,
  maxBatch: 8,
  maxTokens: MAX_TOKENS,
  maxLineWidth: 10_000,
  margin: 0,
};

/** One image as a page with one line. */
function page(index: number): [PageImage, ReturnType<typeof rectOf>] {
  const pixels = images[index]!;
  const { width, height } = pixels;
  const corners = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ].map(([x, y]) => ({ x: x!, y: y! }));
  return [{ pixels, originalWidth: width, originalHeight: height }, rectOf(corners as never)];
}

let engine: TrocrEngine;
beforeAll(async () => {
  engine = await openTrocr(OPTIONS);
});
afterAll(() => engine.close());

const options = { signal: new AbortController().signal, effort: 'exact' } as const;

describe('openTrocr', () => {
  test('lines that are asked for together read as transformers reads each image', async () => {
    const read = await Promise.all(images.map((_, index) => engine.readLine(...page(index), options)));
    const words = (text: string) => text.split(/\s+/u).filter(Boolean).join(' ');
    expect(read.map((line) => line?.text ?? '')).toEqual(expected.images.map(({ text }) => words(text)));
    for (const line of read.filter((line) => line !== null)) {
      expect(line.confidence).toBeGreaterThan(0);
      expect(line.confidence).toBeLessThanOrEqual(1);
    }
    // What was cut at the longest length has a last word that nobody vouches for.
    const cut = expected.images.findIndex(({ greedy, text }) => greedy.tokens.at(-1) !== 2 && words(text) !== '');
    expect(read[cut]!.words.at(-1)!.confidence).toBe(0);
  });

  test('a request that is over is answered at once, and the others are read', async () => {
    const leaving = new AbortController();
    const left = engine.readLine(...page(0), { signal: leaving.signal, effort: 'skim' });
    const stays = engine.readLine(...page(1), options);
    await new Promise((resolve) => setTimeout(resolve, 2));
    leaving.abort(new Error('deadline'));
    await expect(left).rejects.toThrow('deadline');
    expect(await stays).toEqual(await engine.readLine(...page(1), options));
  });

  test('an over-long line is read in parts that keep their places', async () => {
    const narrow = await openTrocr({ ...OPTIONS, maxLineWidth: 320 });
    try {
      const [index] = images.flatMap(({ width, height }, i) => (width > 10 * height ? [i] : []));
      const [whole, rect] = page(index!);
      const line = (await narrow.readLine(whole, rect, options))!;
      expect(line.words.length).toBeGreaterThan(0);
      expect(line.polygon).toEqual(rect.corners.map(({ x, y }) => [x, y]));
      expect(line.text).not.toBe((await engine.readLine(whole, rect, options))!.text);
      const starts = line.words.map(({ polygon }) => polygon[0]![0]);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    } finally {
      await narrow.close();
    }
  });

  test('the version changes with the settings and with the weights', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trocr-'));
    try {
      await cp(TINY_MODEL, folder, { recursive: true });
      await writeFile(join(folder, 'README.md'), 'other contents');
      const others = [{ folder }, { numBeams: 2 }, { maxTokens: 9 }];
      const versions = [engine.version];
      for (const other of others) {
        const opened = await openTrocr({ ...OPTIONS, ...other });
        versions.push(opened.version);
        await opened.close();
      }
      expect(new Set(versions).size).toBe(4);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a model that does not load says why, and leaves no threads', async () => {
    await expect(openTrocr({ ...OPTIONS, execution: { provider: 'no-such' as never, device: 0 } })).rejects.toThrow(
      'no-such',
    );
    await expect(openTrocr({ ...OPTIONS, variant: '_q4' })).rejects.toThrow(/has no encoder_model.onnx .*_q4/);
  });
});
