import bwip from 'bwip-js/node';
import { expect, test, vi } from 'vitest';
import { readWithSecondReader } from './second-reader.ts';

function barcode(symbology: string, text: string) {
  const [symbol] = bwip.raw(symbology, text, {}) as unknown as [{ sbs: number[] }];
  const bars = symbol.sbs.flatMap((size, i) => new Array<number>(size * 3).fill(i % 2 === 0 ? 0 : 255));
  const quiet = new Array<number>(60).fill(255);
  const row = [...quiet, ...bars, ...quiet];
  const height = 120;
  return {
    data: Uint8Array.from({ length: row.length * height }, (_, i) => row[i % row.length]!),
    width: row.length,
    height,
  };
}

test.each([
  ['ean13', '4006381333931', 'EAN13'],
  ['code128', 'LOT-2291/B', 'Code128'],
  ['interleaved2of5', '15400141288763', 'ITF'],
])('reads %s', (symbology, text, type) => {
  expect(readWithSecondReader(barcode(symbology, text))).toMatchObject([{ type, value: text }]);
});

test('gives a place with an area, in pixels of the given image', () => {
  const image = barcode('ean13', '4006381333931');
  const [symbol] = readWithSecondReader(image);
  const [[left, top], , [right, bottom]] = symbol!.corners;
  expect(Math.abs(right - left - 95 * 3)).toBeLessThan(20);
  expect(bottom - top).toBeGreaterThanOrEqual(4);
  expect(left).toBeGreaterThan(50);
});

test.each([
  ['ean8', '96385074'],
  ['interleaved2of5', '0829220875'],
  ['rationalizedCodabar', 'A294586B'],
])('does not believe %s, which it finds where there is none', (symbology, text) => {
  expect(readWithSecondReader(barcode(symbology, text))).toEqual([]);
});

test('finds nothing on a blank image, and says nothing on the console', () => {
  const warn = vi.spyOn(console, 'warn');
  expect(readWithSecondReader({ data: new Uint8Array(200 * 200).fill(255), width: 200, height: 200 })).toEqual([]);
  expect(warn).not.toHaveBeenCalled();
});
