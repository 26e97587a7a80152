/** What a page shows besides the words of its text layer: logos, stamps, scans, text drawn as curves. */
import { growRect, type RotatedRect } from '../geometry.ts';
import { pixelRoom, type Region, type RgbPixels } from '../pixels.ts';
import { area, boundsOf, shadeAt, within } from './ink.ts';
import type { Box } from './page-glyphs.ts';

export interface Leftover {
  /** The page without the words. */
  readonly pixels: RgbPixels;
  /** Where something is left that could be text. */
  readonly regions: Region[];
}

/** Ink reaches a little beyond the boxes of its words: a share of their height, and pixels. */
const MARGIN_SHARE = 0.08;
const MARGIN = 2;
/** Squares of so many pixels are looked at as one: about a millimetre at 200 dpi. */
const CELL = 8;
const MIN_CONTRAST = 56;
/** Straight dark strokes longer than this many pixels are rules, bars and frames. */
const MIN_RULE = 100;
const RULE_SHADE = 200;
const RULE_TOLERANCE = 24;
/** Cells so near to each other belong together. */
const REACH = 3;
/** Fewer cells hold no word. */
const MIN_CELLS = 10;
/** With more pieces than this the page is looked at as a whole. */
const MAX_REGIONS = 6;
/** Pieces so many cells apart are looked at together; beyond twice their padding, so that none is seen twice. */
const NEAR = 8;
/** Room around a region, in cells. */
const PADDING = 2;

/**
 * @param words rectangles of the words to be taken away, in pixels of the page.
 * @param memory for the pixels of the page without them.
 */
export function findLeftover(page: RgbPixels, words: readonly RotatedRect[], memory?: SharedArrayBuffer): Leftover {
  const data = pixelRoom(page.data.length, memory);
  data.set(page.data);
  const pixels = { ...page, data };
  for (const rect of words) {
    const margin = MARGIN_SHARE * rect.height + MARGIN;
    erase(pixels, within(boundsOf(growRect(rect, margin, margin)), pixels));
  }
  return { pixels, regions: regionsOf(inkedCells(pixels)).map((box) => inPixels(box, pixels)) };
}

/** Paint a box over with what is around it. */
function erase({ data, width }: RgbPixels, box: Box): void {
  if (area(box) === 0) return;
  const colour = edgeColour(data, width, box);
  for (let y = box.top; y < box.bottom; y++) {
    for (let at = 3 * (y * width + box.left), x = box.left; x < box.right; x++, at += 3) data.set(colour, at);
  }
}

/** By channel the median over the box's edge, which a rule may cross. */
function edgeColour(data: Uint8Array, width: number, { left, top, right, bottom }: Box): [number, number, number] {
  const places: number[] = [];
  for (let x = left; x < right; x++) places.push(top * width + x, (bottom - 1) * width + x);
  for (let y = top; y < bottom; y++) places.push(y * width + left, y * width + right - 1);
  const median = (channel: number) => {
    const values = places.map((place) => data[3 * place + channel]!).sort((a, b) => a - b);
    return values[values.length >> 1]!;
  };
  return [median(0), median(1), median(2)];
}

interface Cells {
  readonly isInked: Uint8Array;
  readonly columns: number;
  readonly rows: number;
}

function inkedCells(pixels: RgbPixels): Cells {
  const { width, height } = pixels;
  const shades = new Uint8Array(width * height);
  for (let i = 0; i < shades.length; i++) shades[i] = shadeAt(pixels.data, 3 * i);
  const isRule = findRules(shades, width, height);
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const darkest = new Uint8Array(columns * rows).fill(255);
  const lightest = new Uint8Array(columns * rows);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / CELL) * columns;
    for (let x = 0; x < width; x++, i++) {
      if (isRule[i]) continue;
      const cell = row + Math.floor(x / CELL);
      if (shades[i]! < darkest[cell]!) darkest[cell] = shades[i]!;
      if (shades[i]! > lightest[cell]!) lightest[cell] = shades[i]!;
    }
  }
  const isInked = darkest.map((dark, cell) => (lightest[cell]! - dark >= MIN_CONTRAST ? 1 : 0));
  return { isInked, columns, rows };
}

/** Marks pixels of long straight strokes and of filled areas. */
function findRules(shades: Uint8Array, width: number, height: number): Uint8Array {
  const isRule = new Uint8Array(width * height);
  const strokesAlong = (count: number, length: number, step: number, next: number) => {
    for (let stroke = 0; stroke < count; stroke++) {
      let start = 0;
      for (let i = 1; i <= length; i++) {
        const at = stroke * next + start * step;
        const goesOn =
          i < length &&
          shades[at]! < RULE_SHADE &&
          Math.abs(shades[stroke * next + i * step]! - shades[at]!) <= RULE_TOLERANCE;
        if (goesOn) continue;
        if (i - start >= MIN_RULE) for (let j = start; j < i; j++) isRule[stroke * next + j * step] = 1;
        start = i;
      }
    }
  };
  strokesAlong(height, width, 1, width);
  strokesAlong(width, height, width, 1);
  return isRule;
}

/** Boxes, in cells, around cells that belong together. */
function regionsOf({ isInked, columns, rows }: Cells): Box[] {
  const boxes: Box[] = [];
  const left = isInked.slice();
  for (let cell = 0; cell < left.length; cell++) {
    if (left[cell] !== 1) continue;
    const piece = takePiece(left, columns, rows, cell);
    const isThin = Math.min(piece.right - piece.left, piece.bottom - piece.top) <= 1;
    if (piece.cells >= MIN_CELLS && !isThin) boxes.push(piece);
  }
  const joined = joinNear(boxes);
  return joined.length > MAX_REGIONS ? [joined.reduce(around)] : joined;
}

/** Pieces that lie near each other are words of one line, or lines of one picture. */
function joinNear(boxes: readonly Box[]): Box[] {
  const joined: Box[] = [];
  for (let box of boxes) {
    for (let at = joined.findIndex((other) => isNear(box, other)); at !== -1; ) {
      box = around(box, joined.splice(at, 1)[0]!);
      at = joined.findIndex((other) => isNear(box, other));
    }
    joined.push(box);
  }
  return joined;
}

function isNear(a: Box, b: Box): boolean {
  return a.left - NEAR <= b.right && b.left - NEAR <= a.right && a.top - NEAR <= b.bottom && b.top - NEAR <= a.bottom;
}

function around(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** Takes a cell, and all that hang together with it, out of the cells that are left. */
function takePiece(left: Uint8Array, columns: number, rows: number, first: number): Box & { cells: number } {
  const stack = [first];
  left[first] = 0;
  const piece = { left: columns, top: rows, right: 0, bottom: 0, cells: 0 };
  for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
    const x = cell % columns;
    const y = Math.floor(cell / columns);
    Object.assign(piece, around(piece, { left: x, top: y, right: x + 1, bottom: y + 1 }));
    piece.cells++;
    for (let ny = Math.max(0, y - REACH); ny <= Math.min(rows - 1, y + REACH); ny++) {
      for (let nx = Math.max(0, x - REACH); nx <= Math.min(columns - 1, x + REACH); nx++) {
        const near = ny * columns + nx;
        if (left[near] !== 1) continue;
        left[near] = 0;
        stack.push(near);
      }
    }
  }
  return piece;
}

function inPixels({ left, top, right, bottom }: Box, { width, height }: RgbPixels): Region {
  const from = { x: Math.max(0, left - PADDING) * CELL, y: Math.max(0, top - PADDING) * CELL };
  return {
    left: from.x,
    top: from.y,
    width: Math.min(width, (right + PADDING) * CELL) - from.x,
    height: Math.min(height, (bottom + PADDING) * CELL) - from.y,
  };
}
