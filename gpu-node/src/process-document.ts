import { createHash } from 'node:crypto';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import type { Barcode, Line, OcrResult } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import { SUPPORTED_FORMATS, sniffImageFormat } from '@edge-ocr/shared/image-format';
import { v7 as uuidv7 } from 'uuid';
import type { BarcodeOptions } from './barcodes/read-barcodes.ts';
import { type ImageSource, pixelBytes } from './decode/decode-image.ts';
import { scaleBarcode } from './decode/original-pixels.ts';
import { fromView, wholeView } from './enhance/view.ts';
import { extractFields } from './extract/extract-fields.ts';
import type { Engine } from './inference/engine.ts';
import type { PageImage, Region, RgbPixels, Size } from './pixels.ts';
import { readPage } from './read-page.ts';
import { judgeResult } from './review/judge-result.ts';
import { StageTimer } from './stage-timer.ts';

/** Keeps a result and announces it; returns it as kept. */
export type PersistResult = (result: OcrResult) => Promise<OcrResult>;

export interface DocumentRequest {
  /** UUIDv7 of the result; a new one by default. */
  readonly id?: string | undefined;
  readonly bytes: Uint8Array;
  readonly options: OcrOptions;
  /** Aborts at the deadline or when the client leaves. */
  readonly signal: AbortSignal;
  /** Left out by tools that only read. */
  readonly persist?: PersistResult;
}

/**
 * An image's whole way through the node: inspect → decode → detect → recognise → order, barcodes beside, → fields → judge →
 * persist. Only this function knows the order.
 * @throws OcrError from the catalogue; `signal`'s reason when aborted.
 */
export async function processDocument(request: DocumentRequest, engine: Engine): Promise<OcrResult> {
  const { bytes, options, signal } = request;
  const { config, stages } = engine;
  const timer = new StageTimer();
  const warnings: string[] = [];

  const format = supportedFormat(bytes);
  const limits = {
    maxPixels: format === 'jpeg' ? config.MAX_JPEG_PIXELS : config.MAX_IMAGE_PIXELS,
    maxSide: config.MAX_IMAGE_SIDE,
    minSide: config.MIN_IMAGE_SIDE,
    maxAspectRatio: config.MAX_ASPECT_RATIO,
    decodeTimeoutSeconds: config.DECODE_TIMEOUT_SECONDS,
  };
  const isHeic = format === 'heic';
  const header = await timer.time('inspect', () =>
    isHeic ? engine.heic.inspect(bytes, limits, signal) : stages.run('inspect', { bytes, limits }),
  );
  if (header.frames > 1) warnings.push(`Only the first of ${header.frames} pages or frames was read`);
  using _held = await engine.pixels.reserve(header.width * header.height, signal);
  using memory = stages.memory.open();
  // A HEIC is decoded once, and what is asked of the image later is asked of its pixels.
  let source: ImageSource = bytes;
  const page = await timer.time('decode', async () => {
    if (isHeic) source = await engine.heic.decode(bytes, limits, signal);
    const maxWorkingSide = config.WORKING_SIDE;
    const room = memory.take(pixelBytes(header, maxWorkingSide));
    return await stages.run('decode', { source, limits, maxWorkingSide, memory: room });
  });
  signal.throwIfAborted();

  const barcodesRead = options.extract_barcodes || options.type === 'barcode' ? readCodes(page) : Promise.resolve([]);
  // A clean code says more than the digits printed under it: text is read only when there is none.
  const needsText = options.type !== 'barcode' || (await barcodesRead).length === 0;
  const [barcodes, { lines, view }] = await Promise.all([
    barcodesRead,
    needsText ? readPage(page, { decodePart, memory, engine, timer, signal }) : { lines: [], view: wholeView(page) },
  ]);

  const extracted = await timer.time('extract', () => extractFields(options.type, lines, barcodes));
  const placed = fromView({ lines, fields: extracted.fields }, view);
  const text = joinRows(lines);
  const judged = judgeResult({ lines, barcodes, fields: extracted.fields, checks: extracted.checks, options });
  const result: OcrResult = {
    id: request.id ?? uuidv7(),
    type: options.type,
    text,
    ...judged,
    structured: extracted.structured,
    fields: placed.fields,
    checks: extracted.checks,
    barcodes,
    lines: placed.lines,
    pages: [{ width: page.originalWidth, height: page.originalHeight }],
    warnings: [...warnings, ...judged.warnings, ...extracted.warnings],
    processing_time_ms: timer.total,
    timings: timer.timings,
    model_used: engine.modelNames.at(-1)!,
    model_version: engine.modelVersion,
    cache: 'miss',
    duplicate_of: null,
    image: { sha256: createHash('sha256').update(bytes).digest('hex'), format, size_bytes: bytes.byteLength },
    created_at: new Date().toISOString(),
  };
  signal.throwIfAborted();
  if (!request.persist) return result;
  const kept = await timer.time('persist', () => request.persist!(result));
  return { ...kept, processing_time_ms: timer.total, timings: { ...timer.timings } };

  async function readCodes(image: PageImage): Promise<Barcode[]> {
    const found = await timer.time('barcodes', () =>
      stages.run('barcodes', { pixels: image.pixels, options: barcodeEffort(options.type, config) }),
    );
    return found.map((barcode) => scaleBarcode(barcode, image));
  }

  function decodePart(region: Region, size: Size): Promise<RgbPixels> {
    return stages.run('decodePart', {
      source,
      limits,
      region,
      size,
      memory: memory.take(3 * size.width * size.height),
    });
  }
}

function supportedFormat(bytes: Uint8Array): string {
  const format = sniffImageFormat(bytes);
  if (format === null) throw new OcrError('UNSUPPORTED_TYPE', { message: 'The file is not an image' });
  if (SUPPORTED_FORMATS.includes(format)) return format;
  throw new OcrError('UNSUPPORTED_TYPE', {
    message: `${format.toUpperCase()} files are not supported yet`,
    details: { format },
  });
}

/** A receipt mostly shows no code: one look is enough. A label or a photo of a code deserves more. */
function barcodeEffort(type: OcrOptions['type'], config: Engine['config']): BarcodeOptions {
  if (type === 'barcode') return { thorough: true, thoroughBudgetMs: config.BARCODE_BUDGET_MS };
  if (type === 'product') return { thorough: true, thoroughBudgetMs: config.PRODUCT_BARCODE_BUDGET_MS };
  return { thorough: false };
}

/** The page's text: lines that stand beside each other on one line. */
function joinRows(lines: readonly Line[]): string {
  const rows = Map.groupBy(lines, (line) => line.row);
  return [...rows.values()].map((row) => row.map((line) => line.text).join(' ')).join('\n');
}
