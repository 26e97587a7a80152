import { createHash } from 'node:crypto';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import type { Barcode, Line, OcrResult, Page } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import { v7 as uuidv7 } from 'uuid';
import type { BarcodeOptions } from './barcodes/read-barcodes.ts';
import type { DecodedPage } from './decode/document-pages.ts';
import { type OpenDocument, openDocument } from './decode/open-document.ts';
import { placeBarcode } from './decode/original-pixels.ts';
import { type Appearance, textPartOf } from './duplicates/appearance.ts';
import type { Language, LineReading } from './engines/line-reading.ts';
import { fromViews, type View, wholeView } from './enhance/view.ts';
import { extractFields } from './extract/extract-fields.ts';
import { placeDocuments } from './extract/place-documents.ts';
import type { Engine } from './inference/engine.ts';
import type { PageImage } from './pixels.ts';
import { type PageReader, type ReadPage, readPage } from './read-page.ts';
import { readTextLayer } from './read-text-layer.ts';
import { judgeResult, meanConfidence } from './review/judge-result.ts';
import { type PhotoFault, photoFaults, retakeAdvice } from './review/photo-faults.ts';
import { StageTimer } from './stage-timer.ts';
import type { Span } from './tracing/tracer.ts';

/**
 * Keeps a result and announces it; returns it as kept.
 * @param appearance of the first page; null when it could not be read.
 */
export type PersistResult = (result: OcrResult, appearance: Appearance | null) => Promise<OcrResult>;

export interface DocumentRequest {
  /** UUIDv7 of the result; a new one by default. */
  readonly id?: string | undefined;
  readonly bytes: Uint8Array;
  readonly options: OcrOptions;
  /** Aborts at the deadline or when the client leaves. */
  readonly signal: AbortSignal;
  /** Left out by tools that only read. */
  readonly persist?: PersistResult;
  /** Told how far the work is, 0 to 1, and what comes next. */
  readonly onProgress?: ((fraction: number, nextStep: string) => void) | undefined;
  /** Of the request or job that this belongs to; its stages are shown below it. */
  readonly span?: Span | undefined;
}

/**
 * A file's whole way through the node: open → page by page (decode → detect → recognise → order, or its own text; barcodes
 * beside) → fields → judge → persist. Only this function and readDocumentPage know the order.
 * @throws OcrError from the catalogue; `signal`'s reason when aborted.
 */
export async function processDocument(request: DocumentRequest, engine: Engine): Promise<OcrResult> {
  const { bytes, options, signal } = request;
  const timer = new StageTimer(request.span);

  const document = await timer.time('inspect', () => openDocument(bytes, engine, signal));
  const wantsAppearance = request.persist !== undefined;
  const { onProgress } = request;
  const lineReading = engine.lines.open(languagesOf(options));
  const read = await readPages(document, { options, engine, timer, signal, wantsAppearance, onProgress, lineReading });
  onProgress?.(PAGES_SHARE, 'extract');
  const barcodes = read.flatMap((page) => page.barcodes);
  const lines = read.flatMap((page) => page.lines);

  const extracted = await timer.time('extract', () => extractFields(options.type, lines, barcodes));
  const views = read.map((page) => page.view);
  const placed = fromViews({ lines, fields: extracted.fields }, views);
  const text = joinRows(lines);
  const faults = [...new Set(read.flatMap((page) => page.faults))];
  const { fields, checks } = extracted;
  const judged = judgeResult({ lines, barcodes, fields, checks, faults, options, unread: lineReading.unread });
  const warnings = [...document.warnings, ...read.flatMap((page) => page.warnings)];
  const result: OcrResult = {
    id: request.id ?? uuidv7(),
    type: options.type,
    text,
    ...judged,
    structured: placeDocuments(extracted.structured, placed.lines),
    fields: placed.fields,
    checks,
    barcodes,
    lines: placed.lines,
    pages: read.map((page) => page.page),
    ...(faults.length > 0 && { photo_faults: faults }),
    warnings: [...warnings, ...lineReading.warnings, ...judged.warnings, ...extracted.warnings],
    processing_time_ms: timer.total,
    timings: timer.timings,
    model_used: lineReading.modelUsed,
    model_version: engine.modelVersion,
    cache: 'miss',
    duplicate_of: null,
    duplicate_match: null,
    image: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      format: document.format,
      size_bytes: bytes.byteLength,
    },
    created_at: new Date().toISOString(),
  };
  signal.throwIfAborted();
  if (!request.persist) return result;
  onProgress?.(0.95, 'persist');
  const kept = await timer.time('persist', () => request.persist!(result, read[0]!.appearance));
  return { ...kept, processing_time_ms: timer.total, timings: { ...timer.timings } };
}

/** Of the work, up to the last page read. */
const PAGES_SHARE = 0.9;

interface Reading {
  readonly onProgress: DocumentRequest['onProgress'];
  readonly options: OcrOptions;
  /** Only what is kept is looked for again. */
  readonly wantsAppearance: boolean;
  readonly engine: Engine;
  readonly lineReading: LineReading;
  readonly timer: StageTimer;
  readonly signal: AbortSignal;
}

interface ReadDocumentPage {
  readonly page: Page;
  /** Polygons in the view; see readPage. */
  readonly lines: Line[];
  readonly view: View;
  /** Polygons on the page. */
  readonly barcodes: Barcode[];
  /** Of the first page alone, upright and cut to the part that holds its text. */
  readonly appearance: Appearance | null;
  /** Looked for where the page reads badly. */
  readonly faults: PhotoFault[];
  readonly warnings: string[];
}

/** One after the other: what a request holds in memory is bounded by its largest page. */
async function readPages(document: OpenDocument, reading: Reading): Promise<ReadDocumentPage[]> {
  const pages: ReadDocumentPage[] = [];
  const failures: unknown[] = [];
  for (let index = 0; index < document.pageCount; index++) {
    reading.onProgress?.((PAGES_SHARE * index) / document.pageCount, 'recognise');
    try {
      pages.push(await readDocumentPage(document, index, reading));
    } catch (error) {
      reading.signal.throwIfAborted();
      if (!isOfThePage(error)) throw error;
      failures.push(error);
      pages.push(unreadPage(index, error));
    }
  }
  if (failures.length === pages.length) throw failures[0];
  return pages;
}

async function readDocumentPage(document: OpenDocument, index: number, reading: Reading): Promise<ReadDocumentPage> {
  const { options, engine, lineReading, timer, signal } = reading;
  const opened = await timer.time('inspect', () => document.openPage(index));
  using _held = await engine.pixels.reserve(opened.size.width * opened.size.height, signal);
  using memory = engine.stages.memory.open();
  const decoded = await timer.time('decode', () => opened.decode(memory));
  const { image } = decoded;
  signal.throwIfAborted();

  const wantsCodes = options.extract_barcodes || options.type === 'barcode';
  const barcodesRead = wantsCodes ? readCodes(image, index, reading) : Promise.resolve([]);
  // A clean code says more than the digits printed under it: text is read only when there is none.
  const needsText = options.type !== 'barcode' || (await barcodesRead).length === 0;
  const reader = { decodePart: decoded.decodePart, memory, engine, reading: lineReading, timer, signal };
  const [barcodes, { lines, view, source, image: seen }] = await Promise.all([
    barcodesRead,
    needsText ? readText(decoded, reader) : { lines: [], view: wholeView(image), image, source: 'ocr' as const },
  ]);
  const readsWell = meanConfidence(lines, barcodes) >= options.confidence_threshold;
  const faults = readsWell ? [] : await findFaults(image, lines, reader);
  if (lines.length === 0 && barcodes.length === 0 && faults.length > 0) throw nothingReadable(faults);
  signal.throwIfAborted();
  const appearance = reading.wantsAppearance && index === 0 ? await lookAt(seen, lines, reading) : null;
  return {
    page: {
      width: image.originalWidth,
      height: image.originalHeight,
      // Of an image it goes without saying.
      ...(document.format === 'pdf' && { text_source: source }),
    },
    lines: lines.map((line) => ({ ...line, page: index })),
    view,
    barcodes,
    appearance,
    faults,
    warnings: [],
  };
}

function languagesOf({ language }: OcrOptions): Language[] {
  return [...new Set(language.split(','))].sort().reverse() as Language[];
}

/** While its pixels are there. */
function lookAt(image: PageImage, lines: readonly Line[], { engine, timer }: Reading): Promise<Appearance> {
  const textPart = textPartOf(lines, image);
  return timer.time('extract', () => engine.stages.run('appearance', { pixels: image.pixels, textPart }));
}

/** By the file's own text where that is true to what is seen, else from the pixels. */
async function readText(
  { image, words }: DecodedPage,
  reader: PageReader,
): Promise<ReadPage & { source: 'ocr' | 'pdf' }> {
  const lines = words && (await reader.timer.time('text_layer', () => readTextLayer(image, words, reader)));
  if (lines) return { lines, view: wholeView(image), image, source: 'pdf' };
  return { ...(await readPage(image, reader)), source: 'ocr' };
}

async function readCodes(image: PageImage, index: number, { options, engine, timer }: Reading): Promise<Barcode[]> {
  const found = await timer.time('barcodes', () =>
    engine.stages.run('barcodes', { pixels: image.pixels, options: barcodeEffort(options.type, engine.config) }),
  );
  return found.map((barcode) => placeBarcode(barcode, image, index));
}

/** What makes a photo hard to read. @param lines in pixels of the original, as a view of it shows them. */
async function findFaults(
  image: PageImage,
  lines: readonly Line[],
  { engine, timer }: PageReader,
): Promise<PhotoFault[]> {
  const quality = await timer.time('enhance', () => engine.stages.run('quality', { pixels: image.pixels }));
  return photoFaults(quality, lines, image.originalWidth / image.pixels.width);
}

function nothingReadable(faults: readonly PhotoFault[]): OcrError {
  return new OcrError('LOW_QUALITY', {
    message: `Nothing could be read: the photo is ${faults.join(' and ')}`,
    suggestion: retakeAdvice(faults),
    details: { photo_faults: faults },
  });
}

/** Whether another page may be read all the same. */
function isOfThePage(error: unknown): error is OcrError {
  return error instanceof OcrError && ['INVALID_IMAGE', 'IMAGE_TOO_LARGE', 'LOW_QUALITY'].includes(error.code);
}

function unreadPage(index: number, error: OcrError): ReadDocumentPage {
  const nowhere = { left: 0, top: 0, width: 0, height: 0 };
  return {
    page: { width: 0, height: 0 },
    lines: [],
    view: { region: nowhere, turn: 0 },
    barcodes: [],
    appearance: null,
    faults: [],
    warnings: [`Page ${index + 1} was not read: ${error.message}`],
  };
}

/** A receipt mostly shows no code: one look is enough. A label or a photo of a code deserves more. */
function barcodeEffort(type: OcrOptions['type'], config: Engine['config']): BarcodeOptions {
  if (type === 'barcode') return { thorough: true, rare: true, budgetMs: config.BARCODE_BUDGET_MS };
  return { thorough: type === 'product', budgetMs: config.PRODUCT_BARCODE_BUDGET_MS };
}

/** The pages' text: lines that stand beside each other on one line. */
function joinRows(lines: readonly Line[]): string {
  const rows = Map.groupBy(lines, (line) => `${line.page}:${line.row}`);
  return [...rows.values()].map((row) => row.map((line) => line.text).join(' ')).join('\n');
}
