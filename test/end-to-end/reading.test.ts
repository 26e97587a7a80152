import { createHash } from 'node:crypto';
import type { OcrResult, Polygon } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overlap, wordsOf } from '../bench/word-f1.ts';
import { type FixtureTruth, readTruth } from '../fixtures/truth.ts';
import { ApiClient, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

const RECALL = 0.85;
/** Of photos that are blurred, grainy or saved at a JPEG quality of 35. */
const RECALL_OF_BAD_PHOTOS = 0.75;
const BAD_PHOTOS = ['receipt-3.jpg', 'receipt-4-noisy.jpg'];
/** Text may be found a little beyond the edge of the page. */
const MARGIN = 8;

const truth = readTruth();
let stack: TestStack;
let api: ApiClient;
/** Of the results, by fixture. */
const ids = new Map<string, string>();
beforeAll(async () => {
  // On a busy machine the looks for codes would end by their time, and this is no test of speed.
  stack = await startTestStack({
    nodeEnvironment: { BARCODE_BUDGET_MS: '10000', PRODUCT_BARCODE_BUDGET_MS: '10000' },
  });
  api = new ApiClient(stack.edgeUrl, await stack.token());
});
afterAll(() => stack?.stop());

function recall(result: OcrResult, { lines }: FixtureTruth): number {
  const { matched, true: total } = overlap(wordsOf(result.text), wordsOf(lines.join(' ')));
  return total === 0 ? 1 : matched / total;
}

function isInside(polygon: Polygon, { width, height }: { width: number; height: number }): boolean {
  return polygon.every(([x, y]) => x >= -MARGIN && y >= -MARGIN && x <= width + MARGIN && y <= height + MARGIN);
}

describe.each(Object.keys(truth))('%s', (name) => {
  it('is read as printed', async () => {
    const expected = truth[name]!;
    const bytes = await readFixture(name);
    const result = resultOf(await api.postForm({ image: bytes, type: expected.type }));

    expect(recall(result, expected)).toBeGreaterThanOrEqual(BAD_PHOTOS.includes(name) ? RECALL_OF_BAD_PHOTOS : RECALL);
    const codes = result.barcodes.map(({ type, value }) => ({ type, value }));
    expect(codes).toEqual(expected.barcodes);
    expect(result).toMatchObject({ type: expected.type, cache: 'miss' });
    ids.set(name, result.id);
    // The noisy photo is of the second receipt; whether that shows is for the tests of duplicates to say.
    expect([null, ...(name === 'receipt-4-noisy.jpg' ? [ids.get('receipt-2.jpg')] : [])]).toContain(
      result.duplicate_of,
    );
    expect(result.image).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size_bytes: bytes.byteLength,
    });
    const [page] = result.pages;
    const polygons = [
      ...result.lines.flatMap((line) => [line.polygon, ...line.words.map((word) => word.polygon)]),
      ...result.barcodes.map((code) => code.polygon),
    ];
    expect(polygons.length).toBeGreaterThan(0);
    expect(polygons.filter((polygon) => !isInside(polygon, page!))).toEqual([]);
  });
});

describe('the main job', () => {
  it('gives text and fields of a receipt, sent as a form', async () => {
    const { lines, fields } = truth['receipt-1.jpg']!;
    const image = await readFixture('receipt-1.jpg');
    const result = resultOf(await api.postForm({ image, type: 'receipt', confidence_threshold: '0.7' }));
    const { company, date, time, subtotal, tax, total, currency } = fields;
    expect(result.structured).toMatchObject({ company, date, time, subtotal, tax, total, currency });
    expect(recall(result, { ...truth['receipt-1.jpg']!, lines })).toBeGreaterThanOrEqual(0.95);
    expect(result.text.split('\n')[0]).toBe(lines[0]);
    expect(result).toMatchObject({ needs_review: false });
    expect(Object.keys(result.timings)).toEqual(
      expect.arrayContaining(['decode', 'detect', 'recognise', 'barcodes', 'extract', 'persist']),
    );
    expect(result.fields.total).toMatchObject({ value: total });
    expect(result.lines[result.fields.total!.line!]!.text).toContain('29.75');
  });

  it('gives the same for the bare file', async () => {
    const image = await readFixture('receipt-1.jpg');
    const asForm = resultOf(await api.postForm({ image, type: 'receipt', confidence_threshold: '0.6' }));
    const bare = resultOf(await api.postFile(image, { type: 'receipt', confidence_threshold: '0.60' }));
    expect(bare).toEqual({ ...asForm, cache: 'hit' });
  });

  it.each(['receipt-2.jpg', 'receipt-3.jpg', 'receipt-4-noisy.jpg'])('gives the sums of %s', async (name) => {
    const image = await readFixture(name);
    const { structured } = resultOf(await api.postForm({ image, type: 'receipt' }));
    const { subtotal, tax, total, currency } = truth[name]!.fields;
    expect(structured).toMatchObject({ subtotal, tax, total, currency });
  });

  it.each(['label-1.jpg', 'label-2.jpg'])('gives price, code, number and date of %s', async (name) => {
    const image = await readFixture(name);
    const { structured } = resultOf(await api.postForm({ image, type: 'product' }));
    const { price, currency, barcode, sku, expiry_date } = truth[name]!.fields;
    expect(structured).toMatchObject({ price, currency, barcode, sku, expiry_date });
  });

  it('shows a photo that its EXIF data turn upright', async () => {
    const image = await readFixture('format-exif6.jpg');
    const { pages, lines } = resultOf(await api.postFile(image, { type: 'receipt' }));
    expect(pages).toEqual([{ width: 420, height: 180 }]);
    for (const { polygon } of lines) {
      const [topLeft, topRight] = polygon;
      expect(topRight![0]).toBeGreaterThan(topLeft![0]);
    }
  });

  it('asks for review where the threshold is not met', async () => {
    const image = await readFixture('label-2.jpg');
    const result = resultOf(await api.postFile(image, { confidence_threshold: '1' }));
    expect(result.needs_review).toBe(true);
    expect(result.suggestion).toMatch(/\w/);
  });

  it('leaves barcodes out on demand', async () => {
    const image = await readFixture('label-1.jpg');
    const result = resultOf(await api.postFile(image, { extract_barcodes: 'false' }));
    expect(result.barcodes).toEqual([]);
    expect(result.lines.length).toBeGreaterThan(0);
  });
});
