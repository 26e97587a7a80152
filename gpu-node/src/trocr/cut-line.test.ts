import { expect, test } from 'vitest';
import { rectOf } from '../geometry.ts';
import { cutLine } from './cut-line.ts';
import { formulaImage } from './formula-image.fixture.ts';

const image = formulaImage(9);
const at = (x: number, y: number) => [...image.data.subarray(3 * (y * image.width + x), 3 * (y * image.width + x) + 3)];
const upright = (x: number, y: number, width: number, height: number) =>
  rectOf([
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ]);

test('an upright rectangle on whole pixels is those pixels', () => {
  const { data, width, height } = cutLine(image, upright(10, 4, 30, 8), 0);
  expect([width, height]).toEqual([30, 8]);
  expect([...data.subarray(0, 3)]).toEqual(at(10, 4));
  expect([...data.subarray(3 * (7 * 30 + 29))]).toEqual(at(39, 11));
});

test('the margin is a share of the height, and goes on beyond the border', () => {
  const { data, width, height } = cutLine(image, upright(0, 0, 20, 10), 0.2);
  expect([width, height]).toEqual([24, 14]);
  expect([...data.subarray(0, 3)]).toEqual(at(0, 0));
  expect([...data.subarray(3 * (2 * 24 + 2), 3 * (2 * 24 + 2) + 3)]).toEqual(at(0, 0));
  expect([...data.subarray(3 * (5 * 24 + 7), 3 * (5 * 24 + 7) + 3)]).toEqual(at(5, 3));
});

test('writing that runs downwards is stood upright', () => {
  const rect = rectOf([
    { x: 20, y: 2 },
    { x: 20, y: 12 },
    { x: 14, y: 12 },
    { x: 14, y: 2 },
  ]);
  const { data, width, height } = cutLine(image, rect, 0);
  expect([width, height]).toEqual([10, 6]);
  expect([...data.subarray(0, 3)]).toEqual(at(19, 2));
  expect([...data.subarray(3 * 9, 3 * 9 + 3)]).toEqual(at(19, 11));
});
