import { expect, test } from 'vitest';
import { cornerDistance, tiltedRect } from '../geometry.fixture.ts';
import { secondBox, surer } from './second-reading.ts';

const flat = tiltedRect(100, 50, 80, 20);
const tall = tiltedRect(100, 100, 20, 80);
const downwards = tiltedRect(100, 100, 80, 20, 90);
const upwards = tiltedRect(100, 100, 80, 20, 270);

test('a sure line is read once', () => {
  expect(secondBox(flat, flat, { text: 'TOTAL', confidence: 0.96 })).toBeNull();
  expect(secondBox(tall, downwards, { text: 'FRAGILE', confidence: 0.9 })).toBeNull();
});

test('an unsure line is read again from the same pixels, narrower', () => {
  const second = secondBox(flat, flat, { text: 'T0TAL', confidence: 0.8 })!;
  expect(second.corners).toEqual(flat.corners);
  expect(second.height).toBe(20);
  expect(second.width).toBeCloseTo(68);
});

test('a box in which nothing was read holds no text', () => {
  expect(secondBox(flat, flat, null)).toBeNull();
});

test('vertical writing that cannot be read downwards is read upwards', () => {
  const second = secondBox(tall, downwards, { text: '3', confidence: 0.5 })!;
  expect(cornerDistance(second, upwards)).toBeLessThan(1e-9);
  expect(secondBox(tall, downwards, null)).not.toBeNull();
});

test('the surer reading counts, the first when they are about equal', () => {
  const [low, high] = [
    { text: 'a', confidence: 0.5 },
    { text: 'b', confidence: 0.6 },
  ];
  expect(surer(low, high)).toBe(high);
  expect(surer(high, low)).toBe(high);
  expect(surer<typeof low | null>(null, low)).toBe(low);
  expect(surer<typeof low | null>(low, null)).toBe(low);
  expect(surer(low, { ...low })).toBe(low);
  const hardly = { text: 'c', confidence: 0.505 };
  expect(surer(low, hardly)).toBe(low);
});
