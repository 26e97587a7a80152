import { describe, expect, test } from 'vitest';
import { seededRandom } from '../geometry.fixture.ts';
import { connectedComponents } from './components.ts';

const draw = (...rows: string[]) => ({
  map: Float32Array.from(rows.join(''), (mark) => (mark === '#' ? 0.9 : 0.1)),
  width: rows[0]!.length,
  height: rows.length,
});

const areas = (...rows: string[]) => {
  const { map, width, height } = draw(...rows);
  return connectedComponents(map, width, height, 0.3)
    .map((component) => component.area)
    .sort((a, b) => a - b);
};

/** What the components must be, told by flooding the map pixel by pixel: area and bounds of each. */
function flood(map: Float32Array, width: number, height: number, threshold: number): string[] {
  const seen = new Set<number>();
  const found: string[] = [];
  for (let start = 0; start < map.length; start++) {
    if (map[start]! <= threshold || seen.has(start)) continue;
    const pixels = [start];
    seen.add(start);
    for (const at of pixels) {
      const [x, y] = [at % width, Math.floor(at / width)];
      for (const [nx, ny] of [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [x + dx, y + dy] as const))) {
        const next = ny * width + nx;
        if (nx < 0 || ny < 0 || nx >= width || ny >= height || seen.has(next) || map[next]! <= threshold) continue;
        seen.add(next);
        pixels.push(next);
      }
    }
    const xs = pixels.map((at) => at % width);
    const ys = pixels.map((at) => Math.floor(at / width));
    found.push([pixels.length, Math.min(...xs), Math.max(...xs) + 1, Math.min(...ys), Math.max(...ys) + 1].join());
  }
  return found.sort();
}

describe('connectedComponents', () => {
  test('corners touch, in both directions', () => {
    expect(areas('#....', '.#...', '..#..')).toEqual([3]);
    expect(areas('..#', '.#.', '#..')).toEqual([3]);
  });

  test('a gap of one pixel parts', () => {
    expect(areas('##.##', '##.##')).toEqual([4, 4]);
    expect(areas('###', '...', '###')).toEqual([3, 3]);
  });

  test('arms that meet only at the bottom, or in a spiral, are one', () => {
    expect(areas('#.#.#', '#.#.#', '#####')).toEqual([11]);
    expect(areas('#####', '....#', '###.#', '#...#', '#####')).toEqual([17]);
  });

  test('a row does not run on into the next', () => {
    expect(areas('..##', '....', '##..')).toEqual([2, 2]);
    expect(areas('...#', '#...')).toEqual([1, 1]);
  });

  test('a pixel at the threshold is no text, and an empty map has no components', () => {
    expect(connectedComponents(Float32Array.of(0.5, 0.5), 2, 1, 0.5)).toEqual([]);
    expect(connectedComponents(new Float32Array(), 0, 0, 0.5)).toEqual([]);
  });

  test('the outline is made of pixel corners, so that one pixel has a size', () => {
    const [component] = connectedComponents(Float32Array.of(0, 0, 0, 1), 2, 2, 0.5);
    expect(new Set(component!.outline.map(({ x, y }) => `${x},${y}`))).toEqual(new Set(['1,1', '2,1', '1,2', '2,2']));
  });

  test('agrees with a flood fill on random maps of every density', () => {
    const random = seededRandom(1);
    for (let round = 0; round < 200; round++) {
      const [width, height] = [1 + Math.floor(random() * 24), 1 + Math.floor(random() * 24)];
      const map = Float32Array.from({ length: width * height }, random);
      const threshold = Math.fround(random());
      const found = connectedComponents(map, width, height, threshold).map(({ area, outline }) => {
        const xs = outline.map((p) => p.x);
        const ys = outline.map((p) => p.y);
        return [area, Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)].join();
      });
      expect(found.sort()).toEqual(flood(map, width, height, threshold));
    }
  });
});
