import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { type OcrResult, ocrResultSchema } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpegOf, tiffOf } from '../../test/fixtures/as-format.ts';
import { imageAt, type PdfPage, pdfOf, protectedPdf, textAt } from '../../test/fixtures/pdf.ts';
import { loadTestEngine } from './inference/engine.fixture.ts';
import type { Engine } from './inference/engine.ts';
import { processDocument } from './process-document.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
});
afterAll(() => engine.close());

function read(bytes: Uint8Array, options: Record<string, unknown> = {}, config: Partial<Engine['config']> = {}) {
  const configured = { ...engine, config: { ...engine.config, ...config } };
  const parsed = parseOcrOptions({ type: 'invoice', extract_barcodes: 'false', ...options });
  return processDocument({ bytes, options: parsed, signal: AbortSignal.timeout(25_000) }, configured);
}

const INVOICE = ['ACME TRADING LTD', 'Invoice number 42017', 'Date 2026-11-03', 'Total due 1234.50'];
const invoice = (font = 'F1'): PdfPage => ({ content: textAt(INVOICE, { x: 60, y: 700, size: 14, font }) });
const linesOf = (result: OcrResult) => result.lines.map(({ text }) => text);
const sources = (result: OcrResult) => result.pages.map((page) => page.text_source);

describe('a PDF of text', () => {
  let result: OcrResult;
  beforeAll(async () => {
    result = await read(pdfOf([invoice()]));
  });

  test('is read from its own text, to the letter', () => {
    expect(linesOf(result)).toEqual(INVOICE);
    expect(sources(result)).toEqual(['pdf']);
    expect(result.text).toBe(INVOICE.join('\n'));
    expect(result.needs_review).toBe(false);
    expect(result.image.format).toBe('pdf');
    expect(ocrResultSchema.parse(result)).toEqual(result);
  });

  test('has its lines and words where a reading of the pixels has them', async () => {
    const seen = await read(pdfOf([invoice()]), {}, { PDF_TEXT: 'never' });
    expect(sources(seen)).toEqual(['ocr']);
    expect(seen.pages[0]).toMatchObject({ width: result.pages[0]!.width, height: result.pages[0]!.height });
    const middle = ({ polygon }: OcrResult['lines'][number]) =>
      polygon.reduce((sum, [, y]) => sum + y / polygon.length, 0);
    expect(seen.lines).toHaveLength(INVOICE.length);
    for (const [i, line] of seen.lines.entries())
      expect(Math.abs(middle(line) - middle(result.lines[i]!))).toBeLessThan(10);
    for (const { text, words } of result.lines) expect(words.map((word) => word.text).join(' ')).toBe(text);
  });

  test('that says something else than it shows is read from its pixels', async () => {
    const lying = await read(pdfOf([invoice('F3')]));
    expect(lying.text).toContain('42017');
    expect(lying.text).toContain('1234.50');
    expect(sources(lying)).toEqual(['ocr']);
  });

  test('in one font that lies beside one that does not loses neither', async () => {
    const content = `${invoice().content} ${textAt(['Reference QUAY 5588'], { x: 60, y: 500, size: 14, font: 'F3' })}`;
    const mixed = await read(pdfOf([{ content }]));
    expect(linesOf(mixed).slice(0, INVOICE.length)).toEqual(INVOICE);
    expect(mixed.text).toContain('QUAY 5588');
    expect(sources(mixed)).toEqual(['pdf']);
  });
});

describe('a PDF with pictures', () => {
  test('a scan is read as the photo is, whatever text somebody hid behind it', async () => {
    const image = await jpegOf('receipt-1.jpg');
    const box = { x: 100, y: 20, width: 400, height: (400 * image.height) / image.width };
    const hidden = `3 Tr ${textAt(['TOTAL 1.00', 'Anything but this'], { x: 120, y: 600 })} 0 Tr`;
    const page = { height: box.height + 40, content: `${imageAt('Im', box)} ${hidden}`, images: { Im: image } };
    const scan = await read(pdfOf([page]), { type: 'receipt' });
    expect(sources(scan)).toEqual(['ocr']);
    expect(scan.structured.total).toBe(29.75);
    expect(scan.text).not.toContain('Anything');
  });

  test('a picture with text beside the text is read too', async () => {
    const image = await jpegOf('format.webp');
    const box = { x: 60, y: 740, width: 210, height: 90 };
    const content = `${imageAt('Im', box)} ${invoice().content}`;
    const mixed = await read(pdfOf([{ content, images: { Im: image } }]));
    expect(sources(mixed)).toEqual(['pdf']);
    expect(mixed.text.split('\n')[0]).toContain('CORNER SHOP');
    expect(linesOf(mixed)).toEqual(expect.arrayContaining(INVOICE));
  });
});

describe('a PDF of many pages', () => {
  test('has lines, codes and sizes page by page', async () => {
    const code = await jpegOf('barcode-ean13.png');
    const box = { x: 100, y: 100, width: 300, height: (300 * code.height) / code.width };
    const pages = [invoice(), { width: 500, height: 500, content: imageAt('Im', box), images: { Im: code } }];
    const result = await read(pdfOf(pages), { extract_barcodes: 'true' });
    expect(result.pages.map(({ width }) => width)).toEqual([1652, 1388]);
    expect(new Set(result.lines.filter(({ page }) => page === 0).map(({ text }) => text))).toEqual(new Set(INVOICE));
    expect(result.barcodes).toEqual([expect.objectContaining({ type: 'EAN13', page: 1 })]);
    expect(result.text.startsWith(INVOICE.join('\n'))).toBe(true);
  });

  test('is read as far as is allowed, and says how many there are', async () => {
    const pages = Array.from({ length: 40 }, (_, i) => ({
      content: textAt([`Page number ${i + 1}`], { x: 60, y: 700 }),
    }));
    const result = await read(pdfOf(pages), {}, { MAX_PAGES: 3 });
    expect(result.pages).toHaveLength(3);
    expect(linesOf(result)).toEqual(['Page number 1', 'Page number 2', 'Page number 3']);
    expect(result.lines.map(({ page }) => page)).toEqual([0, 1, 2]);
    expect(result.warnings).toContain('Only the first 3 of 40 pages or frames were read');
  });

  test('leaves out a page that cannot be read, and says so', async () => {
    const strip = { width: 10_000, height: 20, content: '' };
    const result = await read(pdfOf([invoice(), strip, invoice()]));
    expect(result.pages[1]).toEqual({ width: 0, height: 0 });
    expect(result.lines.map(({ page }) => page)).toEqual([0, 0, 0, 0, 2, 2, 2, 2]);
    expect(result.warnings).toEqual([expect.stringMatching(/^Page 2 was not read: /)]);
    await expect(read(pdfOf([strip]))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  test('under a password is INVALID_IMAGE', async () => {
    await expect(read(protectedPdf())).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
      details: { reason: 'password' },
    });
  });
});

test('a TIFF of several pages is read page by page, as far as is allowed', async () => {
  const tiff = await tiffOf(['format.webp', 'format-grey.jpg', 'format.webp']);
  const result = await read(tiff, { type: 'receipt' }, { MAX_PAGES: 2 });
  expect(result.pages).toHaveLength(2);
  expect(result.text.match(/TOTAL 2.40/g)).toHaveLength(2);
  expect(new Set(result.lines.map((line) => line.page))).toEqual(new Set([0, 1]));
  expect(result.warnings).toEqual(['Only the first 2 of 3 pages or frames were read']);
});
