import type { Barcode, Polygon } from '@edge-ocr/shared/contract/result';
import type { FoundBarcode } from '../barcodes/read-barcodes.ts';
import type { PageImage } from '../pixels.ts';

/** From pixels of the working image to pixels of the upright original; what reaches beyond the page ends at its edge. */
export function scalePolygon(polygon: Polygon, page: PageImage): Polygon {
  const { x, y } = factors(page);
  const within = (value: number, size: number) => tenth(Math.min(Math.max(value, 0), size));
  return polygon.map(([px, py]): [number, number] => [
    within(px * x, page.originalWidth),
    within(py * y, page.originalHeight),
  ]);
}

/** @param index of the page. */
export function placeBarcode(barcode: FoundBarcode, page: PageImage, index: number): Barcode {
  const { x, y } = factors(page);
  const box = barcode.bounding_box;
  return {
    ...barcode,
    page: index,
    polygon: scalePolygon(barcode.polygon, page),
    bounding_box: {
      x: tenth(box.x * x),
      y: tenth(box.y * y),
      width: tenth(box.width * x),
      height: tenth(box.height * y),
    },
  };
}

function factors(page: PageImage) {
  return { x: page.originalWidth / page.pixels.width, y: page.originalHeight / page.pixels.height };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
