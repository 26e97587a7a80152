import { readFile } from 'node:fs/promises';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { Line, OcrResult, Polygon } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { surfacePhoto, turnedPhoto } from '../../test/fixtures/photo.ts';
import { fixturePath } from '../../test/fixtures/truth.ts';
import { loadTestEngine } from './inference/engine.fixture.ts';
import type { Engine } from './inference/engine.ts';
import { processDocument } from './process-document.ts';

let engine: Engine;
let bytes: Buffer;
let plain: OcrResult;
beforeAll(async () => {
  engine = await loadTestEngine();
  bytes = await readFile(fixturePath('receipt-1.jpg'));
  plain = await read(bytes);
});
afterAll(() => engine.close());

async function read(bytes: Uint8Array, config: Partial<Engine['config']> = {}): Promise<OcrResult> {
  const options = parseOcrOptions({ type: 'receipt', extract_barcodes: 'false' });
  const signal = AbortSignal.timeout(15_000);
  const configured = { ...engine, config: { ...engine.config, ...config } };
  return processDocument({ bytes, options, signal }, configured);
}

const words = (result: OcrResult) => result.text.split(/\s+/);

/** Share of the plain image's words that another reading has too. */
function shared(result: OcrResult): number {
  const found = new Set(words(result));
  const all = words(plain);
  return all.filter((word) => found.has(word)).length / all.length;
}

function middle(polygon: Polygon): [number, number] {
  const mean = (axis: 0 | 1) => polygon.reduce((sum, point) => sum + point[axis], 0) / polygon.length;
  return [mean(0), mean(1)];
}

const lineWith = (text: string, { lines }: OcrResult): Line => lines.find((line) => line.text.includes(text))!;

describe('a page that lies on its side or stands on its head', () => {
  test.each([90, 180, 270])('is read as well when it is turned by %i degrees', async (degrees) => {
    const turned = await read(await turnedPhoto(bytes, degrees));
    expect(shared(turned)).toBeGreaterThan(0.9);
    expect(turned.structured).toMatchObject({ total: plain.structured.total, date: plain.structured.date });
  });

  test('has its places where they are on the image that was sent', async () => {
    const turned = await read(await turnedPhoto(bytes, 90));
    const [page] = plain.pages;
    expect(turned.pages).toEqual([{ width: page!.height, height: page!.width }]);
    const [x, y] = middle(lineWith('TOTAL GBP', plain).polygon);
    const [tx, ty] = middle(lineWith('TOTAL GBP', turned).polygon);
    expect(Math.hypot(tx - (page!.height - y), ty - x)).toBeLessThan(15);
  });
});

describe('a receipt that is a small part of a photo', () => {
  test('is looked at closer, with the pixels of the original', async () => {
    const photo = await surfacePhoto(bytes, 4);
    const small = await read(photo.bytes, { WORKING_SIDE: plain.pages[0]!.height * 2 });
    expect(shared(small)).toBeGreaterThan(0.9);
    const [x, y] = middle(lineWith('TOTAL GBP', plain).polygon);
    const [sx, sy] = middle(lineWith('TOTAL GBP', small).polygon);
    expect(Math.hypot(sx - photo.left - x, sy - photo.top - y)).toBeLessThan(15);
  });

  test('also lies on its side there', async () => {
    const photo = await surfacePhoto(bytes, 4);
    const turned = await turnedPhoto(photo.bytes, 270);
    expect(shared(await read(turned))).toBeGreaterThan(0.85);
  });
});
