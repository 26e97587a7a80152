import type { Point } from '../geometry.ts';

/** One connected region of a probability map. */
export interface Component {
  /** Leftmost and rightmost pixel of every run: enough for its convex hull. */
  readonly outline: Point[];
  readonly area: number;
}

/**
 * 8-connected components of `map > threshold`, by runs and union-find (He, Chao and Suzuki 2008): one pass over the
 * map, and memory for the runs alone.
 * @param map row-major, width × height.
 */
export function connectedComponents(map: Float32Array, width: number, height: number, threshold: number): Component[] {
  const runs = findRuns(map, width, height, threshold);
  const parent = connectRuns(runs);
  const components = new Map<number, Component & { area: number }>();
  runs.forEach((run, i) => {
    const root = find(parent, i);
    let component = components.get(root);
    if (!component) {
      component = { outline: [], area: 0 };
      components.set(root, component);
    }
    // Pixel corners rather than centres, or a one-pixel line would have no height.
    component.outline.push({ x: run.start, y: run.y }, { x: run.start, y: run.y + 1 });
    component.outline.push({ x: run.end, y: run.y }, { x: run.end, y: run.y + 1 });
    component.area += run.end - run.start;
  });
  return [...components.values()];
}

/** Pixels start … end − 1 of row y. */
interface Run {
  readonly y: number;
  readonly start: number;
  readonly end: number;
}

function findRuns(map: Float32Array, width: number, height: number, threshold: number): Run[] {
  const runs: Run[] = [];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      if (map[row + x]! <= threshold) continue;
      const start = x;
      while (x < width && map[row + x]! > threshold) x++;
      runs.push({ y, start, end: x });
    }
  }
  return runs;
}

/** Join each run with the runs of the row above that it touches, corners included. */
function connectRuns(runs: readonly Run[]): Int32Array {
  const parent = Int32Array.from(runs, (_, i) => i);
  let above = 0;
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i]!;
    while (above < i && (runs[above]!.y < run.y - 1 || (runs[above]!.y === run.y - 1 && runs[above]!.end < run.start)))
      above++;
    for (let j = above; j < i && runs[j]!.y === run.y - 1 && runs[j]!.start <= run.end; j++) {
      parent[find(parent, j)] = find(parent, i);
    }
  }
  return parent;
}

function find(parent: Int32Array, i: number): number {
  let root = i;
  while (parent[root] !== root) root = parent[root]!;
  for (let at = i; at !== root; ) {
    const next = parent[at]!;
    parent[at] = root;
    at = next;
  }
  return root;
}
