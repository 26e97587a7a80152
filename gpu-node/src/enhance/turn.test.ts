import { expect, test } from 'vitest';
import { cornerDistance, seededRandom, tiltedRect } from '../geometry.fixture.ts';
import type { RgbPixels } from '../pixels.ts';
import { cutRegion } from './cut-region.ts';
import { addTurns, inverseTurn, reversed, type Turn, turnByHalf, turnPoint, turnPolygon, turnSize } from './turn.ts';
import { turnPixels } from './turn-pixels.ts';

const TURNS: Turn[] = [0, 90, 180, 270];
const PAGE = { width: 130, height: 70 };

function noise({ width, height }: { width: number; height: number }): RgbPixels {
  const random = seededRandom(7);
  return { data: Uint8Array.from({ length: width * height * 3 }, () => random() * 256), width, height };
}

function pixelAt({ data, width }: RgbPixels, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

test('a quarter turn goes clockwise: the top left corner comes to the top right', () => {
  expect(turnPoint({ x: 0, y: 0 }, PAGE, 90)).toEqual({ x: 70, y: 0 });
  expect(turnPoint({ x: 0, y: 0 }, PAGE, 270)).toEqual({ x: 0, y: 130 });
});

test.each(TURNS)('turning points by %i and back changes nothing', (turn) => {
  const there = turnPoint({ x: 12.5, y: 40 }, PAGE, turn);
  expect(turnPoint(there, turnSize(PAGE, turn), inverseTurn(turn))).toEqual({ x: 12.5, y: 40 });
  expect(addTurns(turn, inverseTurn(turn))).toBe(0);
});

test.each(TURNS)('pixels turned by %i lie where turnPoint says', (turn) => {
  const image = noise(PAGE);
  const turned = turnPixels(image, turn);
  expect(turned).toMatchObject(turnSize(PAGE, turn));
  for (const [x, y] of [
    [0, 0],
    [129, 0],
    [64, 63],
    [65, 64],
    [3, 69],
  ] as const) {
    const middle = turnPoint({ x: x + 0.5, y: y + 0.5 }, PAGE, turn);
    expect(pixelAt(turned, Math.floor(middle.x), Math.floor(middle.y))).toEqual(pixelAt(image, x, y));
  }
});

test('turning pixels four times gives them back', () => {
  const image = noise(PAGE);
  const round = [90, 90, 90, 90].reduce<RgbPixels>((pixels, turn) => turnPixels(pixels, turn as Turn), image);
  expect([...round.data]).toEqual([...image.data]);
});

test('a box of an upside-down page is read from its other end', () => {
  const written = tiltedRect(30, 20, 40, 10, 183);
  const found = reversed(written);
  const upright = turnByHalf(found, PAGE);
  expect(cornerDistance(upright, tiltedRect(100, 50, 40, 10, 3))).toBeLessThan(1e-9);
});

test('polygons keep one decimal', () => {
  expect(turnPolygon([[0.1, 0.7]], { width: 0.3, height: 1 }, 180)).toEqual([[0.2, 0.3]]);
});

test('cuts a part out in shared memory', () => {
  const image = noise(PAGE);
  const cut = cutRegion(image, { left: 10, top: 20, width: 30, height: 40 });
  expect(cut).toMatchObject({ width: 30, height: 40 });
  expect(cut.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(pixelAt(cut, 0, 0)).toEqual(pixelAt(image, 10, 20));
  expect(pixelAt(cut, 29, 39)).toEqual(pixelAt(image, 39, 59));
});
