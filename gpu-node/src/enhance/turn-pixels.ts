import { pixelRoom, type RgbPixels } from '../pixels.ts';
import { type Turn, turnSize } from './turn.ts';

/** Pixels are moved in squares of this side, or a quarter turn would miss the cache on every pixel it writes. */
const TILE = 64;

/** Turn pixels without loss into shared memory. */
export function turnPixels(image: RgbPixels, turn: Turn, memory?: SharedArrayBuffer): RgbPixels {
  if (turn === 0) return image;
  const size = turnSize(image, turn);
  const data = pixelRoom(image.data.length, memory);
  // Where pixel (0, 0) goes, and how far its neighbours to the right and below are from there, in pixels.
  const { width, height } = size;
  const [first, right, below] =
    turn === 90
      ? [width - 1, width, -1]
      : turn === 180
        ? [width * height - 1, -1, -width]
        : [width * (height - 1), -width, 1];
  for (let top = 0; top < image.height; top += TILE) {
    for (let left = 0; left < image.width; left += TILE) {
      moveTile(image, data, { left, top, first, right, below });
    }
  }
  return { data, ...size };
}

interface Tile {
  readonly left: number;
  readonly top: number;
  readonly first: number;
  readonly right: number;
  readonly below: number;
}

function moveTile({ data, width, height }: RgbPixels, target: Uint8Array, tile: Tile): void {
  const bottom = Math.min(height, tile.top + TILE);
  const end = Math.min(width, tile.left + TILE);
  for (let y = tile.top; y < bottom; y++) {
    let from = 3 * (y * width + tile.left);
    let to = 3 * (tile.first + y * tile.below + tile.left * tile.right);
    for (let x = tile.left; x < end; x++) {
      target[to] = data[from]!;
      target[to + 1] = data[from + 1]!;
      target[to + 2] = data[from + 2]!;
      from += 3;
      to += 3 * tile.right;
    }
  }
}
