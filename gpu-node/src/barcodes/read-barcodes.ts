import type { Barcode } from '@edge-ocr/shared/contract/result';
import type { RgbPixels } from '../pixels.ts';
import type { DecodedBarcode, Point } from './decoded.ts';
import { type Luminance, limitPixels, resize, sharpen, toLuminance } from './luminance.ts';
import { confidenceOf, isErrorCorrected, UNCONFIRMED_CONFIDENCE } from './plausibility.ts';
import { readWithSecondReader } from './second-reader.ts';
import { readBarcodes } from './zxing-reader.ts';

/** In pixels of the image that was searched. */
export type FoundBarcode = Omit<Barcode, 'page'>;

export interface BarcodeOptions {
  /**
   * Whether to look again, enlarged, sharpened and with a second reader, where the first look finds nothing sure.
   * Right for an image that should show a barcode; a waste on a receipt that mostly has none.
   */
  readonly thorough: boolean;
  /**
   * Larger images are scaled down to this before they are searched: by default to 6 million, which bounds the first look to
   * about 0.1 s, 0.6 s for pure noise, and to 1.2 million where the look is not thorough.
   */
  readonly maxPixels?: number;
  /** Further looks are begun only within this time after the first ended; one look takes up to about 0.2 s. */
  readonly thoroughBudgetMs?: number;
}

const DEFAULT_MAX_PIXELS = 6_000_000;
/** A code on a receipt is a good part of its width. */
const QUICK_MAX_PIXELS = 1_200_000;
const DEFAULT_THOROUGH_BUDGET_MS = 400;

/** Enlarged copies stay within this; twice the side of what a barcode photo needs at least. */
const MAX_ENLARGED_PIXELS = 2_500_000;
const ENLARGEMENT = 2;
/** Found by trying on photos out of focus: a mask about as wide as a bar after enlarging. */
const SHARPEN_RADIUS = 3;
const SHARPEN_AMOUNT = 4;

/**
 * The barcodes in an image.
 *
 * `type` is zxing-cpp's name (decoded.ts lists them). `value` is the content: GS1 element strings with their (01) in
 * parentheses, UPC-E as the 12 digits it stands for, Codabar without its start and stop letters.
 * `confidence` says how far the symbology guards the value: 1 error-corrected, 0.98 a check character over a long code,
 * 0.9 over a short one, 0.7 none; 0.6 for a linear symbol seen on one or two scan lines, or in a single enhanced look.
 * `polygon` and `bounding_box` are in pixels of the given image.
 *
 * Synchronous WASM and JavaScript for up to about a second at worst: call it on a worker thread.
 */
export async function findBarcodes(pixels: RgbPixels, options: BarcodeOptions): Promise<FoundBarcode[]> {
  const image = limitPixels(
    toLuminance(pixels),
    options.maxPixels ?? (options.thorough ? DEFAULT_MAX_PIXELS : QUICK_MAX_PIXELS),
  );
  const place = (symbol: DecodedBarcode, confidence: number) => toBarcode(symbol, confidence, image, pixels);
  // What is printed on paper, a receipt that is, is dark on light.
  const plain = believable(await readBarcodes(image, options.thorough));
  const isSure = plain.some(([, confidence]) => confidence > UNCONFIRMED_CONFIDENCE);
  const deadline = performance.now() + (options.thoroughBudgetMs ?? DEFAULT_THOROUGH_BUDGET_MS);
  const symbols = isSure || !options.thorough ? plain : await lookAgain(image, plain, deadline);
  return symbols.map(([symbol, confidence]) => place(symbol, confidence));
}

type Believed = readonly [symbol: DecodedBarcode, confidence: number];

function believable(symbols: readonly DecodedBarcode[]): Believed[] {
  return symbols.flatMap((symbol) => {
    const confidence = confidenceOf(symbol);
    return confidence === null ? [] : [[symbol, confidence] as const];
  });
}

/** One look after another until a value is sure, or the time is up; then the best that was seen. */
async function lookAgain(image: Luminance, plain: readonly Believed[], deadline: number): Promise<Believed[]> {
  const seen = [...plain];
  for (const look of LOOKS) {
    if (performance.now() >= deadline) break;
    const found = believable(await look(image));
    const sure = found.filter(([symbol]) => isErrorCorrected(symbol) || isAmong(seen, symbol));
    if (sure.length > 0) return sure;
    seen.push(...found);
  }
  // Looks that contradict each other leave nothing to report.
  const values = new Set(seen.map(([symbol]) => symbol.value));
  return values.size === 1 ? [[seen[0]![0], UNCONFIRMED_CONFIDENCE]] : [];
}

function isAmong(seen: readonly Believed[], { type, value }: DecodedBarcode): boolean {
  return seen.some(([other]) => other.type === type && other.value === value);
}

type Look = (image: Luminance) => Promise<DecodedBarcode[]> | DecodedBarcode[];

const LOOKS: readonly Look[] = [
  (image) => readScaled(image, enlarge(image)),
  (image) => readScaled(image, sharpen(enlarge(image), SHARPEN_RADIUS, SHARPEN_AMOUNT)),
  readWithSecondReader,
];

function enlarge(image: Luminance): Luminance {
  const scale = Math.sqrt(MAX_ENLARGED_PIXELS / (image.width * image.height));
  return resize(image, Math.min(ENLARGEMENT, scale));
}

async function readScaled(image: Luminance, scaled: Luminance): Promise<DecodedBarcode[]> {
  const symbols = await readBarcodes(scaled);
  return symbols.map((symbol) => ({ ...symbol, corners: scaleCorners(symbol, scaled, image) }));
}

function scaleCorners({ corners }: DecodedBarcode, from: Size, to: Size): DecodedBarcode['corners'] {
  const scaled = (point: Point): Point => [(point[0] * to.width) / from.width, (point[1] * to.height) / from.height];
  return [scaled(corners[0]), scaled(corners[1]), scaled(corners[2]), scaled(corners[3])];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function toBarcode(symbol: DecodedBarcode, confidence: number, from: Size, to: Size): FoundBarcode {
  const polygon = scaleCorners(symbol, from, to).map(([x, y]): [number, number] => [
    Math.round(Math.min(to.width, Math.max(0, x))),
    Math.round(Math.min(to.height, Math.max(0, y))),
  ]);
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const bounding_box = { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  return { type: symbol.type, value: symbol.value, confidence, bounding_box, polygon };
}
