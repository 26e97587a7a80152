import type { Barcode } from '@edge-ocr/shared/contract/result';
import type { RgbPixels } from '../pixels.ts';
import { codeMeaning } from './code-meaning.ts';
import type { DecodedBarcode } from './decoded.ts';
import { LOOKS, type Look, MAX_COPY_PIXELS, scaleCorners, scaled } from './looks.ts';
import { type Luminance, limitPixels, toLuminance } from './luminance.ts';
import {
  BLURRED_CONFIDENCE,
  confidenceOf,
  isErrorCorrected,
  isWorthAGuess,
  UNCONFIRMED_CONFIDENCE,
} from './plausibility.ts';
import { TimeBudget } from './time-budget.ts';
import { type ReadingOptions, readBarcodes } from './zxing-reader.ts';

/** In pixels of the image that was searched. */
export type FoundBarcode = Omit<Barcode, 'page'>;

export interface BarcodeOptions {
  /**
   * Whether to look again, enhanced in several ways and with other readers, where the first look finds nothing sure.
   * Right for an image that should show a barcode; a waste on a receipt that mostly has none.
   */
  readonly thorough: boolean;
  /** Whether Telepen and film edges are looked for as well. */
  readonly rare?: boolean;
  /** Far larger images are scaled down to about this: by default 6 million pixels, 1.2 million where the look is not thorough. */
  readonly maxPixels?: number;
  /** For everything, the first look included: nothing is begun that does not promise to end in time. 500 by default. */
  readonly budgetMs?: number;
}

const DEFAULT_MAX_PIXELS = 6_000_000;
/** A code on a receipt is a good part of its width. */
const QUICK_MAX_PIXELS = 1_200_000;
/** Of the time there is: what a look costs is foretold, and WASM cannot be stopped. */
const PLANNED_SHARE = 0.85;
const DEFAULT_BUDGET_MS = 500;

/** No photo is read faster, so more pixels than this would never be looked at. */
const PIXELS_PER_MS = 20_000;

/** Even with no time at all an image gets one look, at this much of it. */
const MIN_FIRST_PIXELS = 150_000;
/** Of an image larger than the first look could take: a whole look must show this much more to be worth it. */
const MIN_GAIN = 1.3;
/** The same beside a PDF417: zxing-cpp spends up to five times as long on one, a pixel, when it is twice as large. */
const MIN_GAIN_PDF417 = 4;

/**
 * The barcodes in an image.
 *
 * `type` is zxing-cpp's name (decoded.ts lists them). `value` is the content: GS1 element strings with their (01) in
 * parentheses, UPC-E as the 12 digits it stands for, Codabar without its start and stop letters; code-meaning.ts says what
 * is told of it besides. `polygon` and `bounding_box` are in pixels of the given image.
 * `confidence` says how far the symbology guards the value: 1 error-corrected, 0.98 a check character over a long code,
 * 0.9 over a short one, 0.85 an EAN or UPC made out through blur, 0.7 none; 0.6 for a linear symbol seen on one or two scan
 * lines, or in a single enhanced look, or with a check digit that does not hold.
 *
 * Synchronous WASM and JavaScript within `budgetMs`: call it on a worker thread.
 */
export async function findBarcodes(pixels: RgbPixels, options: BarcodeOptions): Promise<FoundBarcode[]> {
  const budgetMs = options.budgetMs ?? DEFAULT_BUDGET_MS;
  const budget = new TimeBudget(PLANNED_SHARE * budgetMs);
  const maxPixels = options.maxPixels ?? (options.thorough ? DEFAULT_MAX_PIXELS : QUICK_MAX_PIXELS);
  const image = toLuminance(pixels, Math.min(maxPixels, Math.max(MIN_FIRST_PIXELS, budgetMs * PIXELS_PER_MS)));
  // What is printed on paper, a receipt that is, is dark on light.
  const plain = await lookPlainly(image, budget, { tryInvert: options.thorough, rare: options.rare ?? false });
  const isSure = plain.some(([, confidence]) => confidence > UNCONFIRMED_CONFIDENCE);
  const symbols = isSure || !options.thorough ? plain : await lookAgain(image, plain, budget);
  return symbols.map(([symbol, confidence]) => toBarcode(symbol, confidence, image, pixels));
}

type Believed = readonly [symbol: DecodedBarcode, confidence: number];

/**
 * The image as it is, or as much of it as is sure to end in time; and if that was not all, and went faster than the worst,
 * all that the time allows.
 */
async function lookPlainly(image: Luminance, budget: TimeBudget, options: ReadingOptions): Promise<Believed[]> {
  const first = limitPixels(image, Math.max(MIN_FIRST_PIXELS, budget.pixelsLeft()));
  const pixels = first.width * first.height;
  const found = await budget.learn(pixels, () => readBarcodes(first, options));
  const symbols = scaled(found, first, image);
  const gain = symbols.some(({ type }) => type === 'PDF417') ? MIN_GAIN_PDF417 : MIN_GAIN;
  const affordable = Math.min(image.width * image.height, budget.pixelsLeft());
  if (affordable < gain * pixels) return believable(symbols);
  const whole = limitPixels(image, affordable);
  const more = scaled(await readBarcodes(whole, options), whole, image);
  return believable([...more, ...symbols.filter((symbol) => !more.some((other) => isSameCode(other, symbol)))]);
}

function believable(symbols: readonly DecodedBarcode[]): Believed[] {
  return symbols.flatMap((symbol) => {
    const confidence = confidenceOf(symbol);
    return confidence === null ? [] : [[symbol, confidence] as const];
  });
}

/** One look after another until a value is sure, or the time is up; then the best that was seen. */
async function lookAgain(image: Luminance, plain: readonly Believed[], budget: TimeBudget): Promise<Believed[]> {
  const seen = [...plain];
  const base = limitPixels(image, MAX_COPY_PIXELS);
  for (const look of LOOKS) {
    const symbols = await look.read(base, budget);
    if (symbols === null) continue;
    const found = scaled(symbols, base, image);
    const sure = confirmed(look, believable(found), seen);
    if (sure.length > 0) return sure;
    seen.push(...believable(found));
  }
  const guesses = seen.filter(([symbol]) => isWorthAGuess(symbol));
  // Looks that contradict each other leave nothing to report.
  const values = new Set(seen.map(([symbol]) => symbol.value));
  return values.size === 1 && guesses.length > 0 ? [[guesses[0]![0], UNCONFIRMED_CONFIDENCE]] : [];
}

function confirmed(look: Look, found: readonly Believed[], seen: readonly Believed[]): Believed[] {
  if (look.confirms) return found.map(([symbol]) => [symbol, BLURRED_CONFIDENCE] as const);
  return found.filter(([symbol]) => isErrorCorrected(symbol) || seen.some(([other]) => isSameCode(other, symbol)));
}

function isSameCode(a: DecodedBarcode, b: DecodedBarcode): boolean {
  return a.type === b.type && a.value === b.value;
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
  const meaning = codeMeaning(symbol);
  const doubted = meaning.check_digit === 'invalid' ? Math.min(confidence, UNCONFIRMED_CONFIDENCE) : confidence;
  return { type: symbol.type, value: symbol.value, confidence: doubted, bounding_box, polygon, ...meaning };
}
