import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixturePath } from '../../../test/fixtures/truth.ts';
import { LIMITS } from '../decode/image-limits.fixture.ts';
import { detectLines } from '../detect/detect-lines.ts';
import { tiltedRect } from '../geometry.fixture.ts';
import { loadTestEngine } from '../inference/engine.fixture.ts';
import type { Engine } from '../inference/engine.ts';
import type { PageImage } from '../pixels.ts';
import { tesseractEngine } from './tesseract-engine.ts';
import { TesseractPool } from './tesseract-pool.ts';

const options = { signal: new AbortController().signal, effort: 'exact' } as const;
let engine: Engine;
let page: PageImage;
const pool = new TesseractPool({ workers: 1, linesPerWorker: 100, timeoutMs: 10_000, idleMs: 60_000 });
beforeAll(async () => {
  engine = await loadTestEngine();
  const source = await readFile(fixturePath('format.webp'));
  page = await engine.stages.run('decode', { source, limits: LIMITS, maxWorkingSide: 3200 });
});
afterAll(async () => {
  await pool.close();
  await engine.close();
});

describe('tesseractEngine', () => {
  test('reads lines where the detector finds them, with words that lie in their line from left to right', async () => {
    const tesseract = tesseractEngine('en', { pool, stages: engine.stages });
    const { rects } = await detectLines(page, engine, options.signal);
    const lines = await Promise.all(rects.map((rect) => tesseract.readLine(page, rect, options)));
    const total = lines.find((line) => line?.text.includes('TOTAL'))!;
    expect(lines.map((line) => line?.text).join(' ')).toContain('2.40');
    expect(total.confidence).toBeGreaterThan(0.7);
    const [left, right] = [total.polygon[0]![0], total.polygon[1]![0]];
    for (const { polygon } of total.words) {
      expect(polygon[0]![0]).toBeGreaterThan(left - 5);
      expect(polygon[1]![0]).toBeLessThan(right + 5);
      expect(polygon[1]![0]).toBeGreaterThan(polygon[0]![0]);
    }
    const lefts = total.words.map(({ polygon }) => polygon[0]![0]);
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
  });

  test('blank paper has no text', async () => {
    const data = new Uint8Array(3 * 300 * 60).fill(255);
    const blank = { pixels: { data, width: 300, height: 60 }, originalWidth: 300, originalHeight: 60 };
    const tesseract = tesseractEngine('bn', { pool, stages: engine.stages });
    expect(await tesseract.readLine(blank, tiltedRect(150, 30, 200, 30), options)).toBeNull();
  });
});
