import bwip from 'bwip-js/node';
import { describe, expect, test } from 'vitest';
import type { RgbPixels } from '../pixels.ts';
import { sharpen } from './luminance.ts';
import { findBarcodes } from './read-barcodes.ts';

const MODULE = 3;
const QUIET = 40;
const BAR_HEIGHT = 90;

/** White pixels with black where `isBlack`; the memory is shared, as it is between the node's threads. */
function draw(width: number, height: number, isBlack: (x: number, y: number) => boolean): RgbPixels {
  const data = new Uint8Array(new SharedArrayBuffer(width * height * 3)).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (isBlack(x, y)) data.fill(0, (y * width + x) * 3, (y * width + x) * 3 + 3);
  }
  return { data, width, height };
}

/** A linear symbol from the bar and space widths that bwip-js encodes. */
function linear(symbology: string, text: string, module = MODULE, options = {}): RgbPixels {
  const [symbol] = bwip.raw(symbology, text, options) as unknown as [{ sbs: number[] }];
  const modules = symbol.sbs.flatMap((size, i) => new Array<boolean>(size).fill(i % 2 === 0));
  const isBar = (x: number) => modules[Math.floor((x - QUIET) / module)] ?? false;
  const inside = (y: number) => y >= QUIET && y < QUIET + BAR_HEIGHT;
  return draw(modules.length * module + 2 * QUIET, BAR_HEIGHT + 2 * QUIET, (x, y) => inside(y) && isBar(x));
}

function matrix(symbology: string, text: string): RgbPixels {
  const [symbol] = bwip.raw(symbology, text, {}) as unknown as [{ pixs: number[]; pixx: number; pixy: number }];
  const at = (i: number) => Math.floor((i - QUIET) / MODULE);
  const isInside = (x: number, y: number) => x >= 0 && y >= 0 && x < symbol.pixx && y < symbol.pixy;
  return draw(symbol.pixx * MODULE + 2 * QUIET, symbol.pixy * MODULE + 2 * QUIET, (x, y) => {
    return isInside(at(x), at(y)) && symbol.pixs[at(y) * symbol.pixx + at(x)] === 1;
  });
}

function turned({ data, width, height }: RgbPixels): RgbPixels {
  return draw(height, width, (x, y) => data[((height - 1 - x) * width + y) * 3] === 0);
}

/** An EAN-13 of 1.8 pixels a module behind a Gaussian blur of half a module: too soft for a plain look. */
function outOfFocus(text: string): RgbPixels {
  const [module, sigma, oversampling] = [1.8, 0.9, 8];
  const [symbol] = bwip.raw('ean13', text, {}) as unknown as [{ sbs: number[] }];
  const bars = symbol.sbs.flatMap((size, i) => new Array<boolean>(size).fill(i % 2 === 0));
  const width = Math.round(bars.length * module) + 2 * QUIET;
  const row = Array.from({ length: width }, (_, x) => {
    let [sum, weights] = [0, 0];
    for (let d = -5; d <= 5; d += 1 / oversampling) {
      const weight = Math.exp(-(d * d) / (2 * sigma * sigma));
      sum += bars[Math.floor((x + 0.5 + d - QUIET) / module)] ? 0 : 255 * weight;
      weights += weight;
    }
    return sum / weights;
  });
  const data = Uint8Array.from({ length: width * 120 * 3 }, (_, i) => row[Math.floor(i / 3) % width]!);
  return { data, width, height: 120 };
}

describe('findBarcodes', () => {
  test.each([
    ['ean13', '4006381333931', 'EAN13', '4006381333931', 0.98],
    ['upca', '036000291452', 'UPCA', '036000291452', 0.98],
    ['ean8', '96385074', 'EAN8', '96385074', 0.9],
    ['upce', '01234565', 'UPCE', '012345000065', 0.9],
    ['code128', 'LOT-2291/B', 'Code128', 'LOT-2291/B', 0.98],
    ['interleaved2of5', '15400141288763', 'ITF', '15400141288763', 0.9],
    ['interleaved2of5', '0829220875', 'ITF', '0829220875', 0.7],
    ['rationalizedCodabar', 'A294586B', 'Codabar', '294586', 0.7],
  ])('reads %s %s as %s', async (symbology, text, type, value, confidence) => {
    const found = await findBarcodes(linear(symbology, text), { thorough: false });
    expect(found.map((barcode) => [barcode.type, barcode.value, barcode.confidence])).toEqual([
      [type, value, confidence],
    ]);
  });

  test.each([
    ['qrcode', 'https://example.com/r/1042', 'QRCode'],
    ['datamatrix', 'SN 77-0042', 'DataMatrix'],
    ['pdf417', 'BOARDING 12A', 'PDF417'],
    ['azteccode', 'TICKET 9', 'Aztec'],
  ])('reads %s as %s with full confidence', async (symbology, text, type) => {
    const found = await findBarcodes(matrix(symbology, text), { thorough: false });
    expect(found.map((barcode) => [barcode.type, barcode.value, barcode.confidence])).toEqual([[type, text, 1]]);
  });

  test('writes GS1 element strings with their identifiers in parentheses', async () => {
    const found = await findBarcodes(linear('gs1-128', '(01)09521234543213(17)261231'), { thorough: false });
    expect(found.map((barcode) => barcode.value)).toEqual(['(01)09521234543213(17)261231']);
  });

  test('says where the symbol stands, in pixels of the given image', async () => {
    const image = linear('ean13', '4006381333931');
    const [barcode] = await findBarcodes(image, { thorough: false });
    const box = barcode!.bounding_box;
    expect(Math.abs(box.x - QUIET)).toBeLessThanOrEqual(MODULE);
    expect(Math.abs(box.width - 95 * MODULE)).toBeLessThanOrEqual(2 * MODULE);
    expect(box.y).toBeGreaterThanOrEqual(QUIET - MODULE);
    expect(box.y + box.height).toBeLessThanOrEqual(QUIET + BAR_HEIGHT + MODULE);
    expect(barcode!.polygon).toHaveLength(4);
  });

  test('reads a turned symbol, its polygon beginning at the symbol’s own top left', async () => {
    const image = turned(linear('ean13', '4006381333931'));
    const [barcode] = await findBarcodes(image, { thorough: false });
    expect(barcode!.value).toBe('4006381333931');
    const [topLeft, topRight] = barcode!.polygon;
    expect(Math.abs(topRight![1] - topLeft![1])).toBeGreaterThan(80 * MODULE);
    expect(Math.abs(topRight![0] - topLeft![0])).toBeLessThan(4 * MODULE);
  });

  test('gives places in the given image when that was scaled down first', async () => {
    const image = linear('ean13', '4006381333931', 8);
    const [barcode] = await findBarcodes(image, { thorough: false, maxPixels: 40_000 });
    expect(barcode!.value).toBe('4006381333931');
    expect(Math.abs(barcode!.bounding_box.width - 95 * 8)).toBeLessThanOrEqual(24);
  });

  test('reads a blurred symbol only when it looks again, and is less sure then', async () => {
    const image = outOfFocus('4006381333931');
    expect(await findBarcodes(image, { thorough: false })).toEqual([]);
    const found = await findBarcodes(image, { thorough: true, budgetMs: 10_000 });
    expect(found.map((barcode) => barcode.value)).toEqual(['4006381333931']);
    expect(found[0]!.confidence).toBeLessThan(0.98);
  });

  test('begins no further look without the time for it', async () => {
    const image = outOfFocus('4006381333931');
    expect(await findBarcodes(image, { thorough: true, budgetMs: 0 })).toEqual([]);
  });

  test('gives what a value means beside it', async () => {
    const read = async (symbology: string, text: string) =>
      (await findBarcodes(linear(symbology, text), { thorough: false }))[0];
    expect(await read('ean13', '9780306406157')).toMatchObject({
      check_digit: 'valid',
      gtin: '09780306406157',
      isbn: '9780306406157',
      isbn10: '0306406152',
    });
    expect(await read('upce', '01234565')).toMatchObject({ printed: '01234565', gtin: '00012345000065' });
    expect(await read('gs1-128', '(01)09521234543213(10)A-7(17)261200')).toMatchObject({
      value: '(01)09521234543213(10)A-7(17)261200',
      gtin: '09521234543213',
      gs1: { lot: 'A-7', expiry_date: '2026-12-31' },
    });
  });

  test('looks for Telepen only on demand', async () => {
    const image = linear('telepen', 'LIB-0042');
    expect(await findBarcodes(image, { thorough: false })).toEqual([]);
    const found = await findBarcodes(image, { thorough: false, rare: true });
    expect(found).toMatchObject([{ type: 'Telepen', value: 'LIB-0042', confidence: 0.7 }]);
  });

  test('reads an add-on with the code that it stands beside', async () => {
    const image = linear('ean13', '9780306406157 52250', MODULE, { addongap: 9 });
    const found = await findBarcodes(image, { thorough: false });
    expect(found).toMatchObject([{ type: 'EAN13', value: '9780306406157', addon: '52250' }]);
  });

  test('finds nothing in noise, however hard it looks', async () => {
    let state = 7;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const noise = draw(400, 300, () => random() < 0.4);
    expect(await findBarcodes(noise, { thorough: true, budgetMs: 10_000 })).toEqual([]);
  });

  test.each([
    [1, 1],
    [1, 3000],
    [3, 2],
  ])('survives an image of %i × %i', async (width, height) => {
    expect(
      await findBarcodes(
        draw(width, height, () => false),
        { thorough: true },
      ),
    ).toEqual([]);
  });
});

test('sharpen steepens an edge and leaves flat parts alone', () => {
  const data = Uint8Array.from({ length: 40 * 20 }, (_, i) => (i % 40 < 20 ? 100 : 150));
  const sharp = sharpen({ data, width: 40, height: 20 }, 2, 2);
  const row = [...sharp.data.subarray(400, 440)];
  expect([row[0], row[39]]).toEqual([100, 150]);
  expect(row[19]).toBeLessThan(100);
  expect(row[20]).toBeGreaterThan(150);
});
