import { expect, test } from 'vitest';
import type { PageImage } from '../pixels.ts';
import { placeBarcode, scalePolygon } from './original-pixels.ts';

const PAGE: PageImage = {
  pixels: { data: new Uint8Array(0), width: 100, height: 200 },
  originalWidth: 300,
  originalHeight: 500,
};

test('points go from the working image to the original, to a tenth of a pixel', () => {
  expect(
    scalePolygon(
      [
        [10, 10],
        [33.333, 200],
      ],
      PAGE,
    ),
  ).toEqual([
    [30, 25],
    [100, 500],
  ]);
});

test('a barcode’s box and polygon are scaled alike, its value untouched', () => {
  const box = { x: 10, y: 20, width: 30, height: 40 };
  const code = {
    type: 'EAN13',
    value: '4006381333931',
    confidence: 1,
    bounding_box: box,
    polygon: [[10, 20] as [number, number]],
  };
  expect(placeBarcode(code, PAGE, 2)).toEqual({
    ...code,
    page: 2,
    bounding_box: { x: 30, y: 50, width: 90, height: 100 },
    polygon: [[30, 50]],
  });
});
