import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixturePath } from '../../../test/fixtures/truth.ts';
import { detectLines } from '../detect/detect-lines.ts';
import type { RotatedRect } from '../geometry.ts';
import { multipliesBytes } from '../inference/byte-products.ts';
import { loadTestEngine } from '../inference/engine.fixture.ts';
import type { Engine } from '../inference/engine.ts';
import { uprightRect } from './crop.ts';
import { isDoubtful, skimCrop } from './skim-crop.ts';
import type { ReadWord } from './words.ts';

const never = new AbortController().signal;

describe('isDoubtful', () => {
  const words = (confidences: readonly number[]) =>
    confidences.map((confidence) => ({
      text: 'x',
      characters: [{ text: 'x', confidence, start: 0, end: 0, spaceBefore: 0 }],
    }));

  test.each([
    ['nothing read', [], true],
    ['sure of all', [0.99, 0.98, 0.97], false],
    ['one weak character in a sure line', [...new Array(20).fill(0.99), 0.45], true],
    ['a little unsure of all', [0.78, 0.79, 0.8], true],
  ])('%s', (_, confidences, expected) => expect(isDoubtful(words(confidences))).toBe(expected));
});

// Without such a processor the 8-bit network may read anything.
describe.skipIf(!multipliesBytes())('skimCrop, on the real network', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loadTestEngine({ MODEL_GRAPH: 'int8' });
  });
  afterAll(() => engine.close());

  test('reads a clean receipt as the exact network does, and asks that for the doubtful lines only', async () => {
    const limits = { maxPixels: 1e8, maxSide: 2e4, minSide: 1, maxAspectRatio: 100, decodeTimeoutSeconds: 30 };
    const bytes = await readFile(fixturePath('receipt-1.jpg'));
    const page = await engine.stages.run('decode', { source: bytes, limits, maxWorkingSide: 3200 });
    const rects = (await detectLines(page, engine, never)).rects.map(uprightRect);
    const exact = await Promise.all(rects.map((rect) => engine.crops.read(page.pixels, rect, never)));
    const asked: RotatedRect[] = [];
    const counted = Object.create(engine.crops, {
      read: {
        value: (...[pixels, rect, signal]: Parameters<typeof engine.crops.read>) => {
          asked.push(rect);
          return engine.crops.read(pixels, rect, signal);
        },
      },
    });
    const engines = { skim: engine.skim, crops: counted };
    const skimmed = await Promise.all(rects.map((rect) => skimCrop(page.pixels, rect, engines, never)));
    const texts = (lines: readonly ReadWord[][]) => lines.map((words) => words.map(({ text }) => text).join(' '));
    expect(texts(skimmed)).toEqual(texts(exact));
    expect(asked.length).toBeLessThan(rects.length / 3);
  });
});

test('without an 8-bit network, the exact one reads', async () => {
  const read: ReadWord[] = [{ text: 'exact', characters: [] }];
  const crops = { read: async () => read } as unknown as Engine['crops'];
  expect(await skimCrop({} as never, {} as never, { skim: null, crops }, never)).toBe(read);
});
