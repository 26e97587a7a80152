import { describe, expect, test } from 'vitest';
import { seededRandom, tiltedRect } from '../geometry.fixture.ts';
import type { RotatedRect } from '../geometry.ts';
import { readingOrder } from './reading-order.ts';

type Named = readonly [name: string, rect: RotatedRect];

/** A page turned about its top left corner. */
function turned(lines: readonly Named[], degrees: number): Named[] {
  const radians = (degrees * Math.PI) / 180;
  return lines.map(([name, rect]) => {
    const x = (rect.corners[0].x + rect.corners[2].x) / 2;
    const y = (rect.corners[0].y + rect.corners[2].y) / 2;
    const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
    return [name, tiltedRect(x * cos - y * sin, x * sin + y * cos, rect.width, rect.height, degrees)];
  });
}

/** The names row by row, whatever the order in which the detector found them. */
function rows(lines: readonly Named[]): string[][] {
  const random = seededRandom(lines.length);
  const shuffled = lines.map((line) => ({ line, at: random() })).sort((a, b) => a.at - b.at);
  const placed = readingOrder(shuffled.map(({ line }) => line[1]));
  expect(placed.map(({ index }) => index).sort((a, b) => a - b)).toEqual(lines.map((_, i) => i));
  const byRow = Map.groupBy(placed, ({ row }) => row);
  expect([...byRow.keys()]).toEqual([...byRow.keys()].map((_, i) => i));
  return [...byRow.values()].map((row) => row.map(({ index }) => shuffled[index]!.line[0]));
}

/** A line by its left edge and its middle. */
const line = (name: string, left: number, y: number, width: number, height = 24): Named => [
  name,
  tiltedRect(left + width / 2, y, width, height),
];

const RECEIPT = ['Bread', 'Milk', 'Eggs', 'TOTAL'].flatMap((name, i) => [
  line(name, 40, 100 + 36 * i, 160),
  line(`${name} price`, 620, 100 + 36 * i, 80),
]);
const RECEIPT_ROWS = ['Bread', 'Milk', 'Eggs', 'TOTAL'].map((name) => [name, `${name} price`]);

describe('readingOrder', () => {
  test('a name and its price share a row, left before right', () => {
    expect(rows(RECEIPT)).toEqual(RECEIPT_ROWS);
  });

  test.each([-5, -2, 1, 3, 5])('a photo %s° off keeps its rows', (degrees) => {
    expect(rows(turned(RECEIPT, degrees))).toEqual(RECEIPT_ROWS);
  });

  test('lines that are a little higher or lower still share a row', () => {
    expect(rows([line('left', 0, 100, 200), line('middle', 250, 107, 100), line('right', 400, 94, 90)])).toEqual([
      ['left', 'middle', 'right'],
    ]);
  });

  test('lines that lie half a line lower do not', () => {
    expect(rows([line('upper', 0, 100, 200), line('lower', 250, 113, 200)])).toEqual([['upper'], ['lower']]);
  });

  test('two columns of the same lines are read across, row by row', () => {
    const columns = [0, 1, 2].flatMap((i) => [
      line(`L${i}`, 20, 50 + 40 * i, 200),
      line(`R${i}`, 300, 52 + 40 * i, 200),
    ]);
    expect(rows(columns)).toEqual([
      ['L0', 'R0'],
      ['L1', 'R1'],
      ['L2', 'R2'],
    ]);
  });

  test('beside a tall line, small ones above each other keep rows of their own', () => {
    const tall = line('TOTAL', 20, 120, 200, 60);
    const found = rows([
      line('Heading', 20, 40, 300),
      tall,
      line('net', 300, 105, 80, 20),
      line('tax', 300, 135, 80, 20),
    ]);
    expect(found[0]).toEqual(['Heading']);
    expect(found.slice(1).map((row) => row.filter((name) => name !== 'TOTAL'))).toEqual([['net'], ['tax']]);
    expect(found.flat()).toContain('TOTAL');
  });

  test('boxes over each other never share a row', () => {
    expect(rows([line('stamp', 20, 100, 200), line('under it', 30, 104, 200)])).toHaveLength(2);
  });

  test('upright writing beside does not tilt the page', () => {
    const side = tiltedRect(760, 150, 20, 300);
    expect(
      rows([...RECEIPT, ['side', side]])
        .slice(0, 2)
        .flat(),
    ).toEqual(expect.arrayContaining(['Bread', 'Bread price', 'Milk', 'Milk price']));
  });

  test('short scraps, whose angle is chance, do not tilt it either', () => {
    const scraps = Array.from({ length: 20 }, (_, i): Named => [`scrap ${i}`, tiltedRect(40 * i, 400, 20, 18, 30)]);
    expect(rows([...RECEIPT, ...scraps]).slice(0, 4)).toEqual(RECEIPT_ROWS);
  });

  test('nothing', () => {
    expect(readingOrder([])).toEqual([]);
  });
});
