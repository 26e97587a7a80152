import type { BarRegion } from './bar-regions.ts';
import type { Point } from './decoded.ts';
import type { Luminance } from './luminance.ts';

/** Brightness along a straight line across the bars, averaged over some lines beside it. */
export interface Profile {
  readonly values: Float32Array;
  /** Samples lie this many pixels apart. */
  readonly step: number;
  readonly start: Point;
  /** Unit vector of the line. */
  readonly direction: Point;
}

const STEP = 0.5;
/** The quiet zone beside a region belongs to what is read: a seventh of a code's width on each side. */
const MARGIN = 0.14;
const LINES_PER_PROFILE = 5;
const TURNS = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((degrees) => (degrees * Math.PI) / 180);

/** `count` profiles over a region, spread over the inner four fifths of its height, along the direction of most contrast. */
export function takeProfiles(image: Luminance, region: BarRegion, count: number): Profile[] {
  const straight = straightened(image, region);
  const band = (0.8 * straight.height) / count;
  return Array.from({ length: count }, (_, i) => profileAt(image, straight, (i - (count - 1) / 2) * band, band));
}

/** A degree off smears bars of two pixels over a tall band; the cells' mean direction is a few off where a label's edge is in them. */
function straightened(image: Luminance, region: BarRegion): BarRegion {
  const contrast = (turn: number) => {
    const { values } = profileAt(image, { ...region, angle: region.angle + turn }, 0, region.height / 2);
    let sum = 0;
    for (let i = 2; i < values.length; i++) sum += (values[i]! - values[i - 2]!) ** 2;
    return sum;
  };
  const [best] = TURNS.map((turn) => [turn, contrast(turn)] as const).sort((a, b) => b[1] - a[1])[0]!;
  return { ...region, angle: region.angle + best };
}

function profileAt(image: Luminance, { centre, angle, width }: BarRegion, offset: number, band: number): Profile {
  const direction: Point = [Math.cos(angle), Math.sin(angle)];
  const length = width * (1 + 2 * MARGIN);
  const middle: Point = [centre[0] - offset * direction[1], centre[1] + offset * direction[0]];
  const start: Point = [middle[0] - (length / 2) * direction[0], middle[1] - (length / 2) * direction[1]];
  const values = new Float32Array(Math.floor(length / STEP));
  for (let line = 0; line < LINES_PER_PROFILE; line++) {
    const aside = band * ((line + 0.5) / LINES_PER_PROFILE - 0.5);
    const from: Point = [start[0] - aside * direction[1], start[1] + aside * direction[0]];
    addLine(values, image, from, direction);
  }
  return { values: values.map((sum) => sum / LINES_PER_PROFILE), step: STEP, start, direction };
}

/** Bilinear; beyond the image its edge goes on. */
function addLine(values: Float32Array, { data, width, height }: Luminance, from: Point, direction: Point): void {
  for (let i = 0; i < values.length; i++) {
    const x = Math.min(width - 1.001, Math.max(0, from[0] + i * STEP * direction[0]));
    const y = Math.min(height - 1.001, Math.max(0, from[1] + i * STEP * direction[1]));
    const at = Math.floor(y) * width + Math.floor(x);
    const [fx, fy] = [x - Math.floor(x), y - Math.floor(y)];
    const top = data[at]! + fx * (data[at + 1]! - data[at]!);
    const below = data[at + width]! + fx * (data[at + width + 1]! - data[at + width]!);
    values[i]! += top + fy * (below - top);
  }
}
