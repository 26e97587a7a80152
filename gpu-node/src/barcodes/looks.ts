import { readBlurredEan } from './blurred-ean.ts';
import type { DecodedBarcode, Point } from './decoded.ts';
import { equalise } from './local-contrast.ts';
import { type Luminance, limitPixels, resize, sharpen, soften } from './luminance.ts';
import { readWithSecondReader } from './second-reader.ts';
import type { TimeBudget } from './time-budget.ts';
import { readBarcodes } from './zxing-reader.ts';

/** Another way to look at an image in which nothing sure was found. */
export interface Look {
  readonly name: string;
  /** One find is proof enough, because the look itself compares several lines of the symbol. */
  readonly confirms?: true;
  /** Null where the time left does not allow the look. */
  readonly read: (image: Luminance, budget: TimeBudget) => Promise<DecodedBarcode[] | null>;
}

/**
 * In the order of what they find in the time they take: local contrast first, then the reader of blurred EANs, then
 * sharper, larger and softer copies. Chosen on photos of all symbologies; each finds codes that no other does.
 */
export const LOOKS: readonly Look[] = [
  enhanced('local contrast', 1, 0.000_03, equalise),
  { name: 'blurred EAN', confirms: true, read: readBlurred },
  enhanced('sharpened', 1, 0.000_04, (image) => sharpen(image, 6, 6)),
  enhanced('local contrast, enlarged', 4, 0.000_04, (image) => resize(equalise(image), 2)),
  enhanced('enlarged, sharpened', 4, 0.000_07, (image) => sharpen(resize(image, 2), 3, 4)),
  { name: 'second reader', read: readSecond },
  enhanced('denoised', 1, 0.000_05, (image) => soften(image, 1)),
  enhanced('enlarged', 4, 0.000_03, (image) => resize(image, 2)),
  enhanced('enlarged, sharpened far', 9, 0.000_07, (image) => sharpen(resize(image, 3), 8, 6)),
];

/** A copy never has more; a code that needs all of a larger photo is none that needs enhancing. */
export const MAX_COPY_PIXELS = 2_500_000;
/** Bars must stay told apart: no look at less than half of the image's pixels, unless that is more than this. */
const MIN_SHARE = 0.5;
const ENOUGH_PIXELS = 300_000;

/**
 * zxing-cpp on a copy.
 * @param area of the copy, in areas of the image; `overhead` milliseconds a pixel of the copy to make it.
 */
function enhanced(name: string, area: number, overhead: number, enhance: (image: Luminance) => Luminance): Look {
  return {
    name,
    read: async (image, budget) => {
      const limited = affordable(image, Math.min(MAX_COPY_PIXELS, budget.pixelsLeft(overhead)) / area);
      if (limited === null) return null;
      return budget.learn(area * limited.width * limited.height, async () => {
        const copy = enhance(limited);
        return scaled(await readBarcodes(copy, { tryInvert: false }), copy, image);
      });
    },
  };
}

/** The image, or as much of it as `pixels` allow; null when that is too little to be worth a look. */
function affordable(image: Luminance, pixels: number): Luminance | null {
  const least = Math.min(ENOUGH_PIXELS, MIN_SHARE * image.width * image.height);
  return pixels < least ? null : limitPixels(image, pixels);
}

/** Taken from photos of 0.1 to 0.5 megapixels, the slowest of them; what is above is scaled down to it. */
const BLURRED_MAX_PIXELS = 400_000;
const BLURRED_MIN_MS = 25;

async function readBlurred(image: Luminance, budget: TimeBudget): Promise<DecodedBarcode[] | null> {
  if (budget.left < BLURRED_MIN_MS) return null;
  const limited = limitPixels(image, BLURRED_MAX_PIXELS);
  return scaled(readBlurredEan(limited, budget), limited, image);
}

/** The library's own loops, twice for linear symbols, in JavaScript. */
const SECOND_READER_MS_PER_PIXEL = 0.000_7;
const SECOND_READER_MAX_PIXELS = 1_200_000;

async function readSecond(image: Luminance, budget: TimeBudget): Promise<DecodedBarcode[] | null> {
  const limited = affordable(image, Math.min(SECOND_READER_MAX_PIXELS, budget.left / SECOND_READER_MS_PER_PIXEL));
  return limited === null ? null : scaled(readWithSecondReader(limited), limited, image);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Symbols of a copy, placed in the image. */
export function scaled(symbols: readonly DecodedBarcode[], from: Size, to: Size): DecodedBarcode[] {
  return symbols.map((symbol) => ({ ...symbol, corners: scaleCorners(symbol, from, to) }));
}

export function scaleCorners({ corners }: DecodedBarcode, from: Size, to: Size): DecodedBarcode['corners'] {
  const place = (point: Point): Point => [(point[0] * to.width) / from.width, (point[1] * to.height) / from.height];
  return [place(corners[0]), place(corners[1]), place(corners[2]), place(corners[3])];
}
