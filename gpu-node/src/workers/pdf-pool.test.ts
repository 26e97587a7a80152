import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdfOf, protectedPdf, textAt } from '../../../test/fixtures/pdf.ts';
import type { PdfLimits } from '../pdf/read-pdf.ts';
import { createPdfPool, type PdfPool } from './pdf-pool.ts';

const NEVER = new AbortController().signal;
const LIMITS: PdfLimits = {
  dpi: 72,
  maxPixels: 4_000_000,
  maxSide: 2000,
  maxMemoryBytes: 256 * 1024 * 1024,
  maxPages: 10,
  maxChars: 1000,
  timeoutSeconds: 20,
};

let pool: PdfPool;
const bytes = pdfOf([{ content: textAt(['INVOICE'], { x: 50, y: 700 }) }]);
beforeAll(() => {
  pool = createPdfPool(1);
});
afterAll(() => pool.close());

const read = (limits = LIMITS, signal = NEVER) =>
  pool.run('readPage', { bytes, index: 0, size: { width: 595, height: 842 } }, limits, signal);

describe('createPdfPool', () => {
  test('reads pages and parts of them in its thread', async () => {
    expect(await pool.run('inspect', { bytes }, LIMITS, NEVER)).toEqual({
      pageCount: 1,
      sizes: [{ width: 595, height: 842 }],
    });
    const page = await read();
    expect(page.words).toEqual([expect.objectContaining({ text: 'INVOICE' })]);
    expect(page.pixels.data.length).toBe(3 * 595 * 842);
    const part = { pageSize: page.pixels, region: { left: 0, top: 0, width: 10, height: 10 } };
    const task = { bytes, index: 0, part: { ...part, size: { width: 20, height: 30 } } };
    expect((await pool.run('renderPart', task, LIMITS, NEVER)).data.length).toBe(1800);
  });

  test('an OcrError keeps its code across the thread', async () => {
    const refused = pool.run('inspect', { bytes: protectedPdf() }, LIMITS, NEVER);
    await expect(refused).rejects.toMatchObject({ name: 'OcrError', code: 'INVALID_IMAGE' });
  });

  test('what takes too long is TIMEOUT, and the next is read', async () => {
    await expect(read({ ...LIMITS, timeoutSeconds: 0.001 })).rejects.toMatchObject({
      name: 'OcrError',
      code: 'TIMEOUT',
    });
    expect((await read()).words).toHaveLength(1);
  });

  test('a request that is over ends its reading with its own reason', async () => {
    const controller = new AbortController();
    const reading = read(LIMITS, controller.signal);
    controller.abort(new Error('the client has gone'));
    await expect(reading).rejects.toThrow('the client has gone');
    expect((await read()).words).toHaveLength(1);
  });
});
