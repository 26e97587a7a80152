import type { Luminance } from './luminance.ts';

const TILES = 8;
const LEVELS = 256;
/** A level may hold this many times its even share before the rest is spread: paper's grain must not become bars. */
const CLIP = 3;

/** Contrast-limited adaptive histogram equalisation (Zuiderveld 1994): shadows and glare get the contrast of the rest. */
export function equalise({ data, width, height }: Luminance): Luminance {
  const [tileWidth, tileHeight] = [Math.max(1, Math.ceil(width / TILES)), Math.max(1, Math.ceil(height / TILES))];
  const [columns, rows] = [Math.ceil(width / tileWidth), Math.ceil(height / tileHeight)];
  const maps = Array.from({ length: columns * rows }, (_, i) => {
    const [x, y] = [(i % columns) * tileWidth, Math.floor(i / columns) * tileHeight];
    return toneMap(data, width, x, y, Math.min(width, x + tileWidth), Math.min(height, y + tileHeight));
  });
  const result = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    const [top, below, fy] = between(y, tileHeight, rows);
    for (let x = 0; x < width; x++) {
      const [left, right, fx] = between(x, tileWidth, columns);
      const level = data[y * width + x]!;
      const upper = mix(maps[top * columns + left]![level]!, maps[top * columns + right]![level]!, fx);
      const lower = mix(maps[below * columns + left]![level]!, maps[below * columns + right]![level]!, fx);
      result[y * width + x] = mix(upper, lower, fy);
    }
  }
  return { data: result, width, height };
}

/** The tiles whose middles lie around a pixel, and how far it is from the first to the second. */
function between(at: number, size: number, count: number): [number, number, number] {
  const place = Math.min(count - 1, Math.max(0, (at + 0.5) / size - 0.5));
  const first = Math.floor(place);
  return [first, Math.min(count - 1, first + 1), place - first];
}

function mix(a: number, b: number, share: number): number {
  return a + share * (b - a);
}

function toneMap(data: Uint8Array, stride: number, x0: number, y0: number, x1: number, y1: number): Float32Array {
  const counts = new Float32Array(LEVELS);
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) counts[data[y * stride + x]!]!++;
  const pixels = (x1 - x0) * (y1 - y0);
  const limit = (CLIP * pixels) / LEVELS;
  const excess = counts.reduce((sum, count) => sum + Math.max(0, count - limit), 0) / LEVELS;
  let sum = 0;
  return counts.map((count) => {
    sum += Math.min(count, limit) + excess;
    return ((LEVELS - 1) * sum) / pixels;
  });
}
