import { describe, expect, test } from 'vitest';
import * as pdf from '../../../test/fixtures/pdf.ts';
import { boundsOf } from './ink.ts';
import { linesOf, rectAround } from './layer-lines.ts';
import { inspectPdf, type PdfLimits, readPdfPage, renderPdfPart } from './read-pdf.ts';

const LIMITS: PdfLimits = {
  dpi: 72,
  maxPixels: 4_000_000,
  maxSide: 2000,
  maxMemoryBytes: 256 * 1024 * 1024,
  maxPages: 10,
  maxChars: 1000,
  timeoutSeconds: 10,
};
const AT = { x: 50, y: 700 };
const page = (content: string, more: Partial<pdf.PdfPage> = {}) => pdf.pdfOf([{ content, ...more }]);

async function firstPage(bytes: Uint8Array, limits = LIMITS) {
  const [size] = (await inspectPdf(bytes, limits)).sizes;
  return readPdfPage(bytes, 0, size!, limits);
}

async function textOf(bytes: Uint8Array, limits = LIMITS) {
  const { words } = await firstPage(bytes, limits);
  return words && linesOf(words).map((line) => line.words.map(({ text }) => text).join(' '));
}

/** Bounds of what is dark. */
function inkOf({ data, width }: { data: Uint8Array; width: number }) {
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (let i = 0; i < data.length; i += 3) {
    if (data[i]! > 128) continue;
    const [x, y] = [(i / 3) % width, Math.floor(i / 3 / width)];
    Object.assign(box, {
      left: Math.min(box.left, x),
      top: Math.min(box.top, y),
      right: Math.max(box.right, x + 1),
      bottom: Math.max(box.bottom, y + 1),
    });
  }
  return box;
}

describe('the pages of a PDF', () => {
  test('have the pixels of their size at the resolution', async () => {
    const bytes = pdf.pdfOf([{ content: '' }, { content: '', width: 300, height: 100, rotate: 90 }]);
    expect(await inspectPdf(bytes, { ...LIMITS, dpi: 144 })).toEqual({
      pageCount: 2,
      sizes: [
        { width: 1190, height: 1684 },
        { width: 200, height: 600 },
      ],
    });
  });

  test('have fewer where they are too large for that, such as 100 m by 100 m', async () => {
    const points = (100 / 0.0254) * 72;
    const { sizes } = await inspectPdf(page('', { width: points, height: points }), LIMITS);
    expect(sizes).toEqual([{ width: 2000, height: 2000 }]);
  });

  test('are counted, and sized as far as they are to be read', async () => {
    const pages = Array.from({ length: 40 }, (_, i) => ({ content: pdf.textAt([`PAGE ${i}`], AT) }));
    const header = await inspectPdf(pdf.pdfOf(pages), LIMITS);
    expect([header.pageCount, header.sizes.length]).toEqual([40, 10]);
  });
});

describe('the text layer', () => {
  test('has the words where the page shows them', async () => {
    const bytes = page(pdf.textAt(['HARBOUR'], { ...AT, size: 40 }));
    const { words, pixels } = await firstPage(bytes);
    const box = boundsOf(rectAround(words!));
    const ink = inkOf(pixels);
    expect(Math.abs(box.left - ink.left)).toBeLessThan(2);
    expect(Math.abs(box.right - ink.right)).toBeLessThan(2);
    expect(box.top).toBeLessThanOrEqual(ink.top);
    expect(box.bottom).toBeGreaterThanOrEqual(ink.bottom);
    expect(box.bottom - box.top).toBeLessThan(60);
  });

  test.each([90, 180, 270] as const)('is turned with a page that is turned by %i degrees', async (rotate) => {
    const { words, pixels } = await firstPage(page(pdf.textAt(['HARBOUR'], { ...AT, size: 40 }), { rotate }));
    const box = boundsOf(rectAround(words!));
    const ink = inkOf(pixels);
    expect(box.left).toBeLessThan(ink.left + 2);
    expect(box.right).toBeGreaterThan(ink.right - 2);
    expect(box.top).toBeLessThan(ink.top + 2);
    expect(box.bottom).toBeGreaterThan(ink.bottom - 2);
  });

  test('is put together to lines, columns apart, whatever order it was written in', async () => {
    const left = pdf.textAt(['Invoice no', 'Date'], { x: 50, y: 600 });
    const right = pdf.textAt(['INV-7', '3 May 2026'], { x: 300, y: 600 });
    expect(await textOf(page(`${right} ${left}`))).toEqual(['Invoice no', 'INV-7', 'Date', '3 May 2026']);
  });

  test('is without what is not to be seen: invisible, white, covered, off the page, or tiny', async () => {
    const content = [
      `3 Tr ${pdf.textAt(['INVISIBLE'], AT)} 0 Tr`,
      `1 g ${pdf.textAt(['WHITE'], { x: 50, y: 600 })} 0 g`,
      pdf.textAt(['COVERED'], { x: 50, y: 500 }),
      '1 g 40 490 200 30 re f 0 g',
      pdf.textAt(['OUTSIDE'], { x: 700, y: 400 }),
      pdf.textAt(['TINY'], { x: 50, y: 300, size: 1 }),
      pdf.textAt(['SEEN'], { x: 50, y: 200 }),
    ];
    expect(await textOf(page(content.join(' ')))).toEqual(['SEEN']);
  });

  test('holds what was typed into a form, and notes that stand on the page', async () => {
    const widget =
      '<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (FILLED IN) /DA (/F1 12 Tf 0 g) /Rect [120 690 300 715] /F 4 >>';
    const note =
      '<< /Type /Annot /Subtype /FreeText /Contents (PAID) /DA (/F1 12 Tf 0 g) /Rect [120 590 300 615] /F 4 >>';
    const fields = `/Fields [${pdf.pageObject(0) + 2} 0 R] /NeedAppearances true`;
    const bytes = pdf.pdfOf([{ content: pdf.textAt(['Name:'], AT), annotations: [widget, note] }], {
      catalog: `/AcroForm << ${fields} /DR << /Font << /F1 3 0 R >> >> >>`,
    });
    const text = (await textOf(bytes))!.join(' ');
    expect(text).toContain('Name: FILLED IN');
    expect(text).toContain('PAID');
  });

  test('is not used when it is longer than allowed, or empty', async () => {
    const bytes = page(pdf.textAt(['A line of text'], AT));
    expect(await textOf(bytes, { ...LIMITS, maxChars: 5 })).toBeNull();
    expect(await textOf(page('0 0 100 100 re f'))).toBeNull();
  });
});

test('a part of a page is rendered finer', async () => {
  const bytes = page('100 642 100 100 re f');
  const part = { pageSize: { width: 595, height: 842 }, region: { left: 100, top: 50, width: 100, height: 100 } };
  const pixels = await renderPdfPart(bytes, 0, { ...part, size: { width: 300, height: 300 } }, LIMITS);
  const ink = inkOf(pixels);
  expect([pixels.width, pixels.height]).toEqual([300, 300]);
  expect(ink.left).toBeLessThan(3);
  expect(ink.right).toBe(300);
  expect(Math.abs(ink.top - 150)).toBeLessThan(3);
});

describe('what cannot be opened', () => {
  const plain = pdf.pdfOf(Array.from({ length: 4 }, () => ({ content: pdf.textAt(['PAGE'], AT) })));

  test.each([
    ['cut off', plain.subarray(0, plain.length / 2), 'damaged'],
    ['garbage', Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(5000, 0x5a)]), 'damaged'],
    ['without pages', pdf.pdfOf([]), 'no pages'],
    ['under a password', pdf.protectedPdf(), 'password'],
  ])('a PDF that is %s is INVALID_IMAGE', async (_, bytes, message) => {
    await expect(inspectPdf(bytes, LIMITS)).rejects.toMatchObject({
      name: 'OcrError',
      code: 'INVALID_IMAGE',
      message: expect.stringContaining(message),
    });
  });

  test('a password is told apart, with what to do', async () => {
    await expect(inspectPdf(pdf.protectedPdf(), LIMITS)).rejects.toMatchObject({
      suggestion: expect.stringContaining('Remove the password'),
      details: { reason: 'password' },
    });
  });
});

describe('a hostile PDF', () => {
  test('whose page draws itself is drawn once', async () => {
    expect(await textOf(pdf.recursivePdf())).toEqual(['STILL READ']);
  });

  test('of a hundred million pages has those that are there', async () => {
    const bytes = pdf.pdfOf([{ content: pdf.textAt(['ONLY'], AT) }], { count: 100_000_000 });
    expect(await textOf(bytes)).toEqual(['ONLY']);
  });

  test('whose page tree is its own kid has no page that can be read', async () => {
    const bytes = pdf.pdfOf([{ content: '' }], { kids: '2 0 R' });
    expect((await inspectPdf(bytes, LIMITS)).sizes[0]).toBeNull();
  });

  test('of arrays in arrays is read all the same', async () => {
    expect(await textOf(pdf.nestedPdf())).toEqual(['DEEP']);
  });

  test('with a picture that inflates beyond the memory allowed, or with endless drawings, does not get more', async () => {
    const tight = { ...LIMITS, maxMemoryBytes: 64 * 1024 * 1024 };
    const outcomes = [pdf.pictureBombPdf(10_000), pdf.billionDrawingsPdf()].map((bytes) =>
      firstPage(bytes, tight).then(
        ({ words }) => words,
        ({ code }) => code,
      ),
    );
    // PDFium leaves the picture out, and gives up on the drawings.
    expect(await Promise.all(outcomes)).toEqual([null, 'IMAGE_TOO_LARGE']);
  });

  test('whose words lie upon each other a thousandfold is read from its pixels', async () => {
    const heap = Array.from({ length: 40 }, (_, i) => pdf.textAt([`M${i}M`], { x: 0, y: 20 * i, size: 200 })).join(' ');
    expect(await textOf(page(heap))).toBeNull();
  });

  test('has no script run', async () => {
    const script = '/S /JavaScript /JS (app.alert\\(1\\); while\\(true\\)\\{\\})';
    const bytes = pdf.pdfOf([{ content: pdf.textAt(['QUIET'], AT) }], { catalog: `/OpenAction << ${script} >>` });
    expect(await textOf(bytes)).toEqual(['QUIET']);
  });
});
