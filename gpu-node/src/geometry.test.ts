import { describe, expect, test } from 'vitest';
import { cornerDistance, seededRandom, tiltedRect } from './geometry.fixture.ts';
import { convexHull, growRect, minAreaRect, type Point, rectOf, scaleRect } from './geometry.ts';

const ANGLES = [-44, -30, -10, -1, 0, 0.5, 5, 20, 44];

const points = (...pairs: [number, number][]): Point[] => pairs.map(([x, y]) => ({ x, y }));

describe('convexHull', () => {
  test('drops points inside, points on an edge, and repeats', () => {
    const hull = convexHull(points([0, 0], [4, 0], [4, 3], [0, 3], [2, 1], [2, 0], [4, 1], [0, 0], [4, 3]));
    expect(hull).toHaveLength(4);
    expect(hull).toEqual(expect.arrayContaining(points([0, 0], [4, 0], [4, 3], [0, 3])));
  });

  test('of random points turns one way only and holds every point', () => {
    const random = seededRandom(7);
    const cloud = Array.from({ length: 300 }, () => ({ x: random() * 100, y: random() * 60 }));
    const hull = convexHull(cloud);
    hull.forEach((a, i) => {
      const b = hull[(i + 1) % hull.length]!;
      const side = (p: Point) => (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
      expect(side(hull[(i + 2) % hull.length]!)).toBeGreaterThan(0);
      expect(Math.min(...cloud.map(side))).toBeGreaterThan(-1e-9);
    });
  });

  test('does not change its input', () => {
    const cloud = points([3, 1], [0, 0], [1, 5]);
    convexHull(cloud);
    expect(cloud).toEqual(points([3, 1], [0, 0], [1, 5]));
  });
});

describe('minAreaRect', () => {
  test.each(ANGLES)('finds a line tilted by %s°, its corners clockwise from the top left', (degrees) => {
    const line = tiltedRect(120, 90, 160, 14, degrees);
    const hull = convexHull([...line.corners, { x: 120, y: 90 }]);
    const found = minAreaRect(hull);
    expect(cornerDistance(found, line)).toBeLessThan(1e-6);
    expect(found.width).toBeCloseTo(160, 6);
    expect(found.height).toBeCloseTo(14, 6);
  });

  test('calls the upright side of vertical writing its height', () => {
    const found = minAreaRect(convexHull([...tiltedRect(50, 80, 12, 100, 2).corners]));
    expect(found.width).toBeCloseTo(12, 6);
    expect(found.height).toBeCloseTo(100, 6);
  });

  test('is smaller than the axis-aligned box of a slanted shape', () => {
    const found = minAreaRect(convexHull(points([0, 0], [10, 10], [9, 12], [-1, 2])));
    expect(found.width * found.height).toBeLessThan(40);
  });

  test('of a single point and of a segment has no area, and no number that is not one', () => {
    for (const shape of [points([3, 4]), points([0, 0], [5, 5])]) {
      const found = minAreaRect(convexHull(shape));
      expect(found.width * found.height).toBeCloseTo(0, 9);
      for (const { x, y } of found.corners) expect(Number.isFinite(x + y)).toBe(true);
    }
  });
});

describe('growRect', () => {
  test.each(ANGLES)('moves the short sides by `along` and the long ones by `across` at %s°', (degrees) => {
    const grown = growRect(tiltedRect(100, 100, 80, 20, degrees), 6, 3);
    expect(cornerDistance(grown, tiltedRect(100, 100, 92, 26, degrees))).toBeLessThan(1e-9);
    expect([grown.width, grown.height].map(Math.round)).toEqual([92, 26]);
  });
});

test('scaleRect scales each axis by its own factor and measures the sides anew', () => {
  const scaled = scaleRect(rectOf(tiltedRect(20, 10, 40, 20).corners), 3, 0.5);
  expect(scaled).toEqual({
    corners: [
      { x: 0, y: 0 },
      { x: 120, y: 0 },
      { x: 120, y: 10 },
      { x: 0, y: 10 },
    ],
    width: 120,
    height: 10,
  });
});
