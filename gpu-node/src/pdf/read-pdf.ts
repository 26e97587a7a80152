import { OcrError } from '@edge-ocr/shared/errors';
import type { Region, RgbPixels, Size } from '../pixels.ts';
import { area, boundsOf, isSeen, within } from './ink.ts';
import { rectAround } from './layer-lines.ts';
import { type LayerWord, wordsOf } from './layer-words.ts';
import { readGlyphs } from './page-glyphs.ts';
import { type PixelLimits, sizeInPixels } from './page-size.ts';
import { type LoadedPdf, withPdf } from './pdf-document.ts';
import type { Pdfium } from './pdfium.ts';

export interface PdfLimits extends PixelLimits {
  /** For one use of one file, the file included. */
  readonly maxMemoryBytes: number;
  /** Pages whose sizes are told; there may be more. */
  readonly maxPages: number;
  /** Of a page's text layer; one with more is not used. */
  readonly maxChars: number;
  /** For one page, in seconds. */
  readonly timeoutSeconds: number;
}

export interface PdfHeader {
  readonly pageCount: number;
  /** In pixels, of the first pages; null for a page that is damaged. */
  readonly sizes: (Size | null)[];
}

export interface PdfPage {
  readonly pixels: RgbPixels;
  /** What the text layer says and the page shows; null where it says nothing that could be relied on. */
  readonly words: LayerWord[] | null;
}

/** A layer with a larger share of characters whose meaning is unknown is not to be trusted in the others. */
const MAX_UNKNOWN_SHARE = 0.1;

/** Words that cover the page more often are not there to be read, and looking at all of them would take its time. */
const MAX_COVER = 4;

/** How many pages there are, and how large. @throws OcrError INVALID_IMAGE or IMAGE_TOO_LARGE. */
export function inspectPdf(bytes: Uint8Array, limits: PdfLimits): Promise<PdfHeader> {
  return withPdf(bytes, limits.maxMemoryBytes, ({ pdfium, document, pageCount }) => {
    const room = pdfium.malloc(8);
    const sizes = Array.from({ length: Math.min(pageCount, limits.maxPages) }, (_, index) => {
      if (pdfium.FPDF_GetPageSizeByIndexF(document, index, room) === 0) return null;
      const view = pdfium.view();
      const points = { width: view.getFloat32(room, true), height: view.getFloat32(room + 4, true) };
      return points.width > 0 && points.height > 0 ? sizeInPixels(points, limits) : null;
    });
    return { pageCount, sizes };
  });
}

/**
 * A page's pixels, annotations and filled forms included, and its text layer.
 * @param size in pixels, of the page as it is shown.
 * @throws OcrError INVALID_IMAGE or IMAGE_TOO_LARGE.
 */
export function readPdfPage(bytes: Uint8Array, index: number, size: Size, limits: PdfLimits): Promise<PdfPage> {
  return withPdf(bytes, limits.maxMemoryBytes, (pdf) => {
    const page = loadPage(pdf, index);
    const pixels = render(pdf.pdfium, page, size, { left: 0, top: 0, ...size });
    return { pixels, words: readWords(pdf.pdfium, page, pixels, limits.maxChars) };
  });
}

export interface PdfPart {
  readonly pageSize: Size;
  /** In pixels of a page of that size. */
  readonly region: Region;
  /** To which the part is scaled. */
  readonly size: Size;
}

/** A part of a page in finer pixels. @throws OcrError INVALID_IMAGE or IMAGE_TOO_LARGE. */
export function renderPdfPart(
  bytes: Uint8Array,
  index: number,
  { pageSize, region, size }: PdfPart,
  limits: PdfLimits,
): Promise<RgbPixels> {
  return withPdf(bytes, limits.maxMemoryBytes, (pdf) => {
    const sx = size.width / region.width;
    const sy = size.height / region.height;
    const whole = { width: Math.round(pageSize.width * sx), height: Math.round(pageSize.height * sy) };
    const part = { left: Math.round(region.left * sx), top: Math.round(region.top * sy), ...size };
    return render(pdf.pdfium, loadPage(pdf, index), whole, part);
  });
}

/** fpdf_flatten.h: as it looks on a screen. */
const FLATTEN_FOR_DISPLAY = 0;

/** A page with its annotations and form fields drawn into it, so that what was typed into a form is among its text. */
function loadPage({ pdfium, document }: LoadedPdf, index: number): number {
  const page = pdfium.FPDF_LoadPage(document, index);
  if (page === 0) throw new OcrError('INVALID_IMAGE', { message: 'The page is damaged' });
  if (pdfium.FPDFPage_GetAnnotCount(page) === 0) return page;
  // Fields without a drawing of their own get one only while they are drawn.
  render(pdfium, page, { width: 1, height: 1 }, { left: 0, top: 0, width: 1, height: 1 });
  pdfium.FPDFPage_Flatten(page, FLATTEN_FOR_DISPLAY);
  pdfium.FPDF_ClosePage(page);
  return pdfium.FPDF_LoadPage(document, index);
}

/** fpdfview.h */
const BITMAP_BGRX = 3;
const WHITE = 0xffffffff;
const DRAW_ANNOTATIONS = 0x01;
const RED_FIRST = 0x10;

/** @param part of the page at size `whole`. */
function render(pdfium: Pdfium, page: number, whole: Size, part: Region): RgbPixels {
  const { left, top, width, height } = part;
  const address = pdfium.malloc(4 * width * height);
  if (address === 0) throw new Error('no room for the pixels');
  const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, BITMAP_BGRX, address, 4 * width);
  pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
  const flags = DRAW_ANNOTATIONS | RED_FIRST;
  pdfium.FPDF_RenderPageBitmap(bitmap, page, -left, -top, whole.width, whole.height, 0, flags);
  const data = dropFourth(pdfium.bytes().subarray(address, address + 4 * width * height));
  pdfium.FPDFBitmap_Destroy(bitmap);
  pdfium.free(address);
  return { data, width, height };
}

function dropFourth(rgbx: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgbx.length / 4) * 3);
  for (let from = 0, to = 0; from < rgbx.length; from += 4, to += 3) {
    rgb[to] = rgbx[from]!;
    rgb[to + 1] = rgbx[from + 1]!;
    rgb[to + 2] = rgbx[from + 2]!;
  }
  return rgb;
}

function readWords(pdfium: Pdfium, page: number, pixels: RgbPixels, maxChars: number): LayerWord[] | null {
  const run = readGlyphs(pdfium, page, pixels, maxChars);
  if (!run) return null;
  const known = run.glyphs.filter((glyph) => glyph !== null).length;
  if (known === 0 || run.unknown > MAX_UNKNOWN_SHARE * (known + run.unknown)) return null;
  const words = wordsOf(run.glyphs);
  const covered = words.reduce((sum, word) => sum + area(within(boundsOf(rectAround([word])), pixels)), 0);
  if (covered > MAX_COVER * pixels.width * pixels.height) return null;
  const seen = words.filter((word) => isSeen(word, pixels));
  return seen.length > 0 ? seen : null;
}
