import type { Point } from './decoded.ts';
import type { Luminance } from './luminance.ts';

/** A part of an image whose edges all run one way, as bars do: a rectangle turned by `angle`. */
export interface BarRegion {
  readonly centre: Point;
  /** Direction across the bars in radians, −π/2 to π/2. */
  readonly angle: number;
  /** Across the bars, in pixels. */
  readonly width: number;
  /** Along the bars, in pixels. */
  readonly height: number;
}

/** Pixels a side of the cells whose edges are summed. */
const CELL = 8;
/** 1 where all edges of a cell are parallel, 0 where they run everywhere; text and textures stay under 0.5. */
const MIN_COHERENCE = 0.55;
/** Of the strongest cells' energy: glare takes most of the contrast, the paper's grain has a hundredth. */
const MIN_ENERGY = 0.02;
/** Neighbouring cells of one code differ by less, even on a can. */
const MAX_TURN = Math.PI / 8;
const MIN_CELLS = 12;
const MAX_REGIONS = 3;

interface Cells {
  readonly columns: number;
  readonly rows: number;
  readonly energy: Float32Array;
  readonly coherence: Float32Array;
  /** Direction of the gradient in radians, modulo π. */
  readonly angle: Float32Array;
}

/** The largest parts that look like bars, at most three, by the structure tensor of their cells. */
export function findBarRegions(image: Luminance): BarRegion[] {
  const cells = measureCells(image);
  const strongest =
    Float32Array.from(cells.energy)
      .sort()
      .at(Math.floor(cells.energy.length * 0.95)) ?? 0;
  const seen = new Uint8Array(cells.energy.length);
  const groups: number[][] = [];
  for (let i = 0; i < seen.length; i++) {
    if (seen[i] || !isBarLike(cells, i, strongest)) continue;
    const group = growGroup(cells, i, seen, strongest);
    if (group.length >= MIN_CELLS) groups.push(group);
  }
  const weight = (group: number[]) => group.reduce((sum, i) => sum + Math.sqrt(cells.energy[i]!), 0);
  return groups
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, MAX_REGIONS)
    .map((group) => regionOf(cells, group));
}

function isBarLike({ energy, coherence }: Cells, i: number, strongest: number): boolean {
  return energy[i]! > MIN_ENERGY * strongest && coherence[i]! > MIN_COHERENCE;
}

function growGroup(cells: Cells, seed: number, seen: Uint8Array, strongest: number): number[] {
  const group = [seed];
  seen[seed] = 1;
  for (const i of group) {
    for (const next of neighbours(cells, i)) {
      if (seen[next] || !isBarLike(cells, next, strongest)) continue;
      if (turnBetween(cells.angle[i]!, cells.angle[next]!) > MAX_TURN) continue;
      seen[next] = 1;
      group.push(next);
    }
  }
  return group;
}

function neighbours({ columns, rows }: Cells, i: number): number[] {
  const x = i % columns;
  const around: number[] = [];
  if (x > 0) around.push(i - 1);
  if (x < columns - 1) around.push(i + 1);
  if (i >= columns) around.push(i - columns);
  if (i < columns * (rows - 1)) around.push(i + columns);
  return around;
}

function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % Math.PI;
  return Math.min(turn, Math.PI - turn);
}

/** The rectangle around a group's cells, turned to their mean direction. */
function regionOf(cells: Cells, group: readonly number[]): BarRegion {
  let [cos, sin] = [0, 0];
  for (const i of group) {
    cos += cells.energy[i]! * Math.cos(2 * cells.angle[i]!);
    sin += cells.energy[i]! * Math.sin(2 * cells.angle[i]!);
  }
  const angle = Math.atan2(sin, cos) / 2;
  const [across, along] = [extent(cells, group, angle), extent(cells, group, angle + Math.PI / 2)];
  const centre: Point = [
    across.middle * Math.cos(angle) - along.middle * Math.sin(angle),
    across.middle * Math.sin(angle) + along.middle * Math.cos(angle),
  ];
  return { centre, angle, width: across.size, height: along.size };
}

function extent({ columns }: Cells, group: readonly number[], angle: number): { middle: number; size: number } {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [from, to] = [Infinity, -Infinity];
  for (const i of group) {
    const at = CELL * (((i % columns) + 0.5) * cos + (Math.floor(i / columns) + 0.5) * sin);
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return { middle: (from + to) / 2, size: to - from + CELL };
}

function measureCells({ data, width, height }: Luminance): Cells {
  const [columns, rows] = [Math.floor(width / CELL), Math.floor(height / CELL)];
  const [xx, yy, xy] = [0, 1, 2].map(() => new Float32Array(columns * rows)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let y = 1; y < Math.min(height - 1, rows * CELL); y++) {
    const row = Math.floor(y / CELL) * columns;
    for (let x = 1; x < Math.min(width - 1, columns * CELL); x++) {
      const at = y * width + x;
      const [dx, dy] = [data[at + 1]! - data[at - 1]!, data[at + width]! - data[at - width]!];
      const cell = row + ((x / CELL) | 0);
      xx[cell]! += dx * dx;
      yy[cell]! += dy * dy;
      xy[cell]! += dx * dy;
    }
  }
  return tensors(columns, rows, smoothed(xx, columns, rows), smoothed(yy, columns, rows), smoothed(xy, columns, rows));
}

function tensors(columns: number, rows: number, xx: Float32Array, yy: Float32Array, xy: Float32Array): Cells {
  const energy = xx.map((value, i) => value + yy[i]!);
  const coherence = energy.map((sum, i) => (sum === 0 ? 0 : Math.hypot(xx[i]! - yy[i]!, 2 * xy[i]!) / sum));
  const angle = energy.map((_, i) => Math.atan2(2 * xy[i]!, xx[i]! - yy[i]!) / 2);
  return { columns, rows, energy, coherence, angle };
}

/** Sums over each cell and its eight neighbours: one cell may hold a wide bar and no edge. */
function smoothed(source: Float32Array, columns: number, rows: number): Float32Array {
  return source.map((_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    let sum = 0;
    for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++) sum += source[v * columns + u]!;
    }
    return sum;
  });
}
