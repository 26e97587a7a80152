import { convexHull, growRect, minAreaRect, type Point, type RotatedRect } from '../geometry.ts';
import { connectedComponents } from './components.ts';

/** Post-processing of Differentiable Binarization (Liao et al. 2020, §3.4). */
export interface TextBoxOptions {
  /** A pixel above this probability belongs to text. */
  readonly pixelThreshold: number;
  /** A box is kept when the mean probability inside is at least this. */
  readonly boxThreshold: number;
  /** How far the shrunk kernels that the network predicts are grown back: area × ratio / perimeter. */
  readonly unclipRatio: number;
  /** Boxes whose kernel is thinner than this many pixels are noise. */
  readonly minKernelSide: number;
  /** At most so many boxes, the surest first; bounds the time of everything behind. */
  readonly maxBoxes: number;
}

export interface TextBox {
  readonly rect: RotatedRect;
  /** Mean probability inside the kernel. */
  readonly score: number;
  /** Shorter side of the kernel, in pixels of the map. */
  readonly kernelSide: number;
}

/**
 * Boxes of text lines from the detector's probability map.
 * @param map row-major, width × height, values 0 to 1.
 * @returns boxes in pixels of the map.
 */
export function findTextBoxes(map: Float32Array, width: number, height: number, options: TextBoxOptions): TextBox[] {
  const boxes: TextBox[] = [];
  for (const component of connectedComponents(map, width, height, options.pixelThreshold)) {
    const kernel = minAreaRect(convexHull(component.outline));
    const kernelSide = Math.min(kernel.width, kernel.height);
    if (kernelSide < options.minKernelSide) continue;
    const score = meanInside(map, width, height, kernel);
    if (score < options.boxThreshold) continue;
    boxes.push({ rect: unclip(kernel, options.unclipRatio), score, kernelSide });
  }
  if (boxes.length <= options.maxBoxes) return boxes;
  return boxes.sort((a, b) => b.score - a.score).slice(0, options.maxBoxes);
}

function unclip(rect: RotatedRect, ratio: number): RotatedRect {
  const distance = (rect.width * rect.height * ratio) / (2 * (rect.width + rect.height));
  return growRect(rect, distance, distance);
}

/** Mean of the map over the pixels whose centres lie inside the rectangle. */
function meanInside(map: Float32Array, width: number, height: number, rect: RotatedRect): number {
  const ys = rect.corners.map((p) => p.y);
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...ys)));
  let sum = 0;
  let count = 0;
  for (let y = top; y <= bottom; y++) {
    const [from, to] = spanAt(rect.corners, y + 0.5);
    const start = Math.max(0, Math.ceil(from - 0.5));
    const end = Math.min(width - 1, Math.floor(to - 0.5));
    for (let x = start; x <= end; x++) sum += map[y * width + x]!;
    count += Math.max(0, end - start + 1);
  }
  return count > 0 ? sum / count : 0;
}

/** Where the horizontal line at y enters and leaves a convex polygon; empty (∞, −∞) when it misses it. */
function spanAt(polygon: readonly Point[], y: number): [number, number] {
  let from = Infinity;
  let to = -Infinity;
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length]!;
    if (a.y > y === b.y > y) return;
    const x = a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x);
    from = Math.min(from, x);
    to = Math.max(to, x);
  });
  return [from, to];
}
