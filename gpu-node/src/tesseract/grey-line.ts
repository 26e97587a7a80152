import { growRect, type RotatedRect, rectOf } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import type { Glyph, GreyPixels } from './glyphs.ts';

/** Height of the writing's box in the image that Tesseract is given; it was trained on letters of about 30 pixels. */
export const LINE_HEIGHT = 48;
/** White around it, in the same pixels: what touches the border is often lost. */
export const LINE_MARGIN = 10;
/** Of the box's height, added around it: vowel signs of Bengali stand outside what the detector marks. */
const GROWTH = 0.16;

/** A line cut upright out of a page, with a margin. */
export interface GreyLine {
  readonly grey: GreyPixels;
  /** What was cut, a little larger than what was asked for. */
  readonly rect: RotatedRect;
}

/** @param rect its writing runs from its first corner to its second; a width unlike its corners' squeezes the image. */
export function cutGreyLine(image: RgbPixels, rect: RotatedRect): GreyLine {
  const grown = growRect(rectOf(rect.corners), GROWTH * rect.height, GROWTH * rect.height);
  const squeeze = rect.width / Math.max(1, rectOf(rect.corners).width);
  const scale = LINE_HEIGHT / Math.max(1, rect.height);
  const [inner, innerHeight] = [grown.width * squeeze * scale, grown.height * scale].map((side) =>
    Math.max(1, Math.round(side)),
  ) as [number, number];
  const width = inner + 2 * LINE_MARGIN;
  const height = innerHeight + 2 * LINE_MARGIN;
  const cut = sampleGrey(image, grown, inner, innerHeight);
  const data = new Uint8Array(width * height).fill(paperOf(cut));
  for (let y = 0; y < innerHeight; y++) {
    data.set(cut.subarray(y * inner, (y + 1) * inner), (y + LINE_MARGIN) * width + LINE_MARGIN);
  }
  return { grey: { data, width, height }, rect: grown };
}

/** A PGM file: no compression, and Leptonica reads it by itself. */
export function pgmOf({ data, width, height }: GreyPixels): Uint8Array<ArrayBuffer> {
  const header = Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1');
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}

/** Grey edges around what counts as ink, in pixels. */
const EDGE = 2;

/** The picture with paper in the boxes of some glyphs: a stroke that is left over is read as a digit. */
export function withoutGlyphs(image: GreyPixels, glyphs: readonly Glyph[]): GreyPixels {
  const data = image.data.slice();
  const paper = paperOf(data);
  for (const { left, top, width, height } of glyphs) {
    const [from, to] = [Math.max(0, left - EDGE), Math.min(image.width, left + width + EDGE)];
    for (let y = Math.max(0, top - EDGE); y < Math.min(image.height, top + height + EDGE); y++) {
      data.fill(paper, y * image.width + from, y * image.width + to);
    }
  }
  return { ...image, data };
}

/** One pixel is the mean of a small grid of places where the source is finer; places beyond the page take its border. */
function sampleGrey({ data, width, height }: RgbPixels, rect: RotatedRect, columns: number, rows: number): Uint8Array {
  const [origin, right, , below] = rect.corners;
  const [ax, ay] = [(right.x - origin.x) / columns, (right.y - origin.y) / columns];
  const [bx, by] = [(below.x - origin.x) / rows, (below.y - origin.y) / rows];
  const grid = Math.min(4, Math.max(1, Math.round(Math.hypot(bx, by))));
  const grey = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let i = 0; i < grid * grid; i++) {
        const u = x + ((i % grid) + 0.5) / grid;
        const v = y + (Math.floor(i / grid) + 0.5) / grid;
        const sx = Math.min(Math.max(origin.x + u * ax + v * bx - 0.5, 0), width - 1);
        const sy = Math.min(Math.max(origin.y + u * ay + v * by - 0.5, 0), height - 1);
        const [x0, y0] = [sx | 0, sy | 0];
        const [fx, fy] = [sx - x0, sy - y0];
        const a = 3 * (y0 * width + x0);
        const b = fx > 0 ? 3 : 0;
        const c = fy > 0 ? 3 * width : 0;
        const top = luma(data, a) * (1 - fx) + luma(data, a + b) * fx;
        const bottom = luma(data, a + c) * (1 - fx) + luma(data, a + b + c) * fx;
        sum += top + (bottom - top) * fy;
      }
      grey[y * columns + x] = Math.round(sum / (grid * grid));
    }
  }
  return grey;
}

/** BT.601, as cameras' JPEGs have it. */
function luma(data: Uint8Array, at: number): number {
  return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
}

/** What most of the line is, so that the margin makes no edge. */
function paperOf(grey: Uint8Array): number {
  const histogram = new Uint32Array(256);
  for (const value of grey) histogram[value]!++;
  return histogram.indexOf(Math.max(...histogram));
}
