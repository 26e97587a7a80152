import { expect, test } from 'vitest';
import { tiltedRect } from '../geometry.fixture.ts';
import { focusOn } from './focus.ts';

const PAGE = { width: 1600, height: 1200, originalScale: 1, maxSide: 1600 };
const SIDE = 800;
const SCALE = SIDE / PAGE.width;

/** Lines of text from `top` down, `height` high, on the left part of the page. */
function column(top: number, bottom: number, height: number) {
  const count = Math.floor((bottom - top) / (2 * height));
  return Array.from({ length: count }, (_, i) => tiltedRect(300, top + (2 * i + 1) * height, 200, height));
}

test('small text in a part of the page is looked at closer', () => {
  const focus = focusOn(column(400, 700, 20), PAGE, SCALE, SIDE)!;
  // Boxes of 20 pixels appear 10 high to the detector, which likes them at 30: twice the page's pixels at most.
  expect(focus.side / Math.max(focus.region.width, focus.region.height)).toBeCloseTo(1.5, 1);
  expect(focus.finer).toBe(1);
});

test('the region holds every box with room around and stays inside the page', () => {
  const boxes = [...column(400, 700, 20), tiltedRect(20, 390, 40, 20)];
  const { region } = focusOn(boxes, PAGE, SCALE, SIDE)!;
  expect(region.left).toBe(0);
  expect(region.top).toBeLessThan(380 - 20);
  expect(region.left + region.width).toBeGreaterThan(400 + 20);
  expect(region.top + region.height).toBeGreaterThan(700);
  expect(Object.values(region).every(Number.isInteger)).toBe(true);
});

test('text that fills the page, or is large already, needs no second look', () => {
  expect(focusOn([...column(20, 1180, 20), tiltedRect(800, 30, 1500, 20)], PAGE, SCALE, SIDE)).toBeNull();
  expect(focusOn(column(400, 700, 60), PAGE, SCALE, SIDE)).toBeNull();
  expect(focusOn([], PAGE, SCALE, SIDE)).toBeNull();
});

test('vertical writing is measured across', () => {
  const upright = column(400, 700, 20).map((_, i) => tiltedRect(300 + 40 * i, 500, 20, 200));
  expect(focusOn(upright, PAGE, SCALE, SIDE)?.side).toBeDefined();
});

test('asks for the original’s pixels where the page was scaled down and its text is low', () => {
  expect(focusOn(column(400, 700, 12), { ...PAGE, originalScale: 3 }, SCALE, SIDE)?.finer).toBe(3);
  expect(focusOn(column(400, 700, 20), { ...PAGE, originalScale: 3 }, SCALE, SIDE)?.finer).toBeCloseTo(2.4);
  expect(focusOn(column(400, 700, 40), { ...PAGE, originalScale: 3 }, 0.3, SIDE)?.finer).toBe(1);
});

test('never asks for more pixels than may be decoded', () => {
  const focus = focusOn(column(400, 700, 12), { ...PAGE, originalScale: 3, maxSide: 600 }, SCALE, SIDE)!;
  expect(focus.finer * Math.max(focus.region.width, focus.region.height)).toBeCloseTo(600);
});
