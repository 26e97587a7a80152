import { expect, test } from 'vitest';
import { seededRandom } from '../geometry.fixture.ts';
import type { RgbPixels } from '../pixels.ts';
import { HASHED_SIDE, hammingDistance, perceptualHash } from './perceptual-hash.ts';
import { thumbnailOf } from './thumbnail.ts';

const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };

const ROWS = 12;
const COLUMNS = 6;

/** A page of dark words on white, at any size; `seed` decides where they stand. */
function page(width: number, height: number, seed: number, brightness = 1): RgbPixels {
  const random = seededRandom(seed);
  const ink = Array.from({ length: ROWS * COLUMNS }, () => random() < 0.4);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const word = Math.floor((y / height) * ROWS) * COLUMNS + Math.floor((x / width) * COLUMNS);
      const at = 3 * (y * width + x);
      data.fill(Math.round((ink[word] ? 40 : 230) * brightness), at, at + 3);
    }
  }
  return { data, width, height };
}

const hashOf = (pixels: RgbPixels, part = WHOLE) => perceptualHash(thumbnailOf(pixels, part, HASHED_SIDE))!;

test('a page looks the same at another size and brightness', () => {
  const hash = hashOf(page(800, 1600, 1));
  expect(hammingDistance(hash, hashOf(page(413, 799, 1)))).toBeLessThanOrEqual(6);
  expect(hammingDistance(hash, hashOf(page(800, 1600, 1, 0.8)))).toBeLessThanOrEqual(2);
});

test('other pages look other', () => {
  const hashes = [1, 2, 3, 4, 5].map((seed) => hashOf(page(400, 800, seed)));
  for (const [i, hash] of hashes.entries()) {
    for (const other of hashes.slice(i + 1)) expect(hammingDistance(hash, other)).toBeGreaterThan(12);
  }
});

test('a part looks the same wherever it stands', () => {
  const small = page(400, 800, 3);
  const large: RgbPixels = { data: new Uint8Array(3 * 800 * 1200).fill(255), width: 800, height: 1200 };
  for (let y = 0; y < 800; y++) {
    large.data.set(small.data.subarray(3 * 400 * y, 3 * 400 * (y + 1)), 3 * ((y + 300) * 800 + 200));
  }
  const part = { left: 200 / 800, top: 300 / 1200, right: 600 / 800, bottom: 1100 / 1200 };
  expect(hammingDistance(hashOf(small), hashOf(large, part))).toBeLessThanOrEqual(2);
  expect(hammingDistance(hashOf(small), hashOf(large))).toBeGreaterThan(12);
});

test('an empty page looks like nothing', () => {
  const white = { data: new Uint8Array(3 * 100 * 100).fill(250), width: 100, height: 100 };
  expect(perceptualHash(thumbnailOf(white, WHOLE, HASHED_SIDE))).toBeNull();
});

test('an image smaller than its thumbnail has a hash too', () => {
  expect(hashOf(page(16, 20, 1))).toBeTypeOf('bigint');
});

test('a hash fits into 64 bits with sign, and distances are counted over all of them', () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const hash = hashOf(page(320, 640, seed));
    expect(hash).toBe(BigInt.asIntN(64, hash));
  }
  expect(hammingDistance(0n, -1n)).toBe(64);
  expect(hammingDistance(-1n, -2n)).toBe(1);
  expect(hammingDistance(5n, 5n)).toBe(0);
});
