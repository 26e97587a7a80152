import type { Polygon } from '@edge-ocr/shared/contract/result';
import { describe, expect, it } from 'vitest';
import { boxAround, pointsOf, textPlace } from './geometry.ts';

const UPRIGHT: Polygon = [
  [10, 20],
  [110, 20],
  [110, 40],
  [10, 40],
];

describe('geometry of the overlay', () => {
  it('writes a polygon as SVG takes it, in image pixels', () => {
    expect(pointsOf(UPRIGHT)).toBe('10,20 110,20 110,40 10,40');
  });

  it('finds the box around several polygons, and none around none', () => {
    const lower: Polygon = [
      [0, 50],
      [60, 55],
      [50, 70],
    ];
    expect(boxAround([UPRIGHT, lower])).toEqual({ x: 0, y: 20, width: 110, height: 50 });
    expect(boxAround([])).toBeNull();
  });

  it('places upright text on a baseline within its polygon', () => {
    expect(textPlace(UPRIGHT)).toEqual({ x: 10, y: 35.6, angle: 0, width: 100, height: 20 });
  });

  it('turns text with its polygon', () => {
    const down = textPlace([
      [40, 10],
      [40, 110],
      [20, 110],
      [20, 10],
    ]);
    expect(down).toMatchObject({ angle: 90, width: 100, height: 20, y: 10 });
    expect(down.x).toBeCloseTo(24.4);
  });

  it('takes the box of a polygon that has not four corners', () => {
    const { angle, width, height } = textPlace([
      [0, 0],
      [30, 0],
      [15, 10],
    ]);
    expect([angle, width, height]).toEqual([0, 30, 10]);
  });
});
