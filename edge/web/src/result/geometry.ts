import type { Polygon } from '@edge-ocr/shared/contract/result';

/** In pixels of the upright page. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a line of text stands: its baseline's start, the way it runs, and how much room it has. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  /** Degrees, clockwise. */
  readonly angle: number;
  readonly width: number;
  readonly height: number;
}

/** How far below its upper edge a line's baseline lies, as a part of its height. */
const BASELINE = 0.78;

/** The `points` of an SVG polygon. */
export function pointsOf(polygon: Polygon): string {
  return polygon.map(([x, y]) => `${x},${y}`).join(' ');
}

/** The smallest upright box around all of them; null around none. */
export function boxAround(polygons: readonly Polygon[]): Box | null {
  const points = polygons.flat();
  if (points.length === 0) return null;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** From four corners, clockwise from the text's top left; any other polygon counts as the box around it. */
export function textPlace(polygon: Polygon): TextPlace {
  const [topLeft, topRight, , bottomLeft] = polygon.length === 4 ? polygon : cornersOf(boxAround([polygon])!);
  const [x, y] = topLeft!;
  const along = [topRight![0] - x, topRight![1] - y] as const;
  const down = [bottomLeft![0] - x, bottomLeft![1] - y] as const;
  return {
    x: x + BASELINE * down[0],
    y: y + BASELINE * down[1],
    angle: (Math.atan2(along[1], along[0]) * 180) / Math.PI,
    width: Math.hypot(...along),
    height: Math.hypot(...down),
  };
}

function cornersOf({ x, y, width, height }: Box): Polygon {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}
