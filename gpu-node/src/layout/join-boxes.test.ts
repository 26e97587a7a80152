import { describe, expect, test } from 'vitest';
import { tiltedRect } from '../geometry.fixture.ts';
import { joinBoxes } from './join-boxes.ts';

describe('joinBoxes', () => {
  test('boxes of one line that overlap or all but touch become one, in any order', () => {
    const parts = [tiltedRect(300, 50, 100, 30), tiltedRect(100, 52, 200, 32), tiltedRect(225, 50, 70, 30)];
    for (const order of [parts, parts.toReversed()]) {
      const [whole, ...others] = joinBoxes(order);
      expect(others).toEqual([]);
      expect(whole!.width).toBeGreaterThan(340);
      expect(whole!.height).toBeLessThan(45);
    }
  });

  test('columns and lines below each other stay apart', () => {
    const rects = [tiltedRect(100, 50, 150, 30), tiltedRect(300, 50, 80, 30), tiltedRect(100, 85, 150, 30)];
    expect(joinBoxes(rects)).toEqual(rects);
    expect(joinBoxes([])).toEqual([]);
  });
});
