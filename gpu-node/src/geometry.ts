export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle at any angle: corners clockwise from the top left of what is written in it. */
export interface RotatedRect {
  readonly corners: readonly [Point, Point, Point, Point];
  /** Length along the writing, in pixels. */
  readonly width: number;
  /** Height of the writing, in pixels. */
  readonly height: number;
}

/** Convex hull by Andrew's monotone chain, counter-clockwise in a y-up frame; collinear points are dropped. */
export function convexHull(points: Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (ordered: Point[]) => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && cross(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

function cross(o: Point, a: Point, b: Point): number {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/** Smallest rectangle around a convex hull; one of its sides lies on an edge of the hull (Freeman and Shapira 1975). */
export function minAreaRect(hull: readonly Point[]): RotatedRect {
  let best: { area: number; ux: number; uy: number; box: Extent } | undefined;
  for (let i = 0; i < hull.length; i++) {
    const a = hull[i]!;
    const b = hull[(i + 1) % hull.length]!;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (length === 0) continue;
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    const box = extentAlong(hull, ux, uy);
    const area = (box.maxU - box.minU) * (box.maxV - box.minV);
    if (!best || area < best.area) best = { area, ux, uy, box };
  }
  if (!best) return rectFromAxes(1, 0, extentAlong(hull, 1, 0));
  return rectFromAxes(best.ux, best.uy, best.box);
}

interface Extent {
  minU: number;
  maxU: number;
  minV: number;
  maxV: number;
}

function extentAlong(points: readonly Point[], ux: number, uy: number): Extent {
  const extent = { minU: Infinity, maxU: -Infinity, minV: Infinity, maxV: -Infinity };
  for (const { x, y } of points) {
    const u = x * ux + y * uy;
    const v = y * ux - x * uy;
    extent.minU = Math.min(extent.minU, u);
    extent.maxU = Math.max(extent.maxU, u);
    extent.minV = Math.min(extent.minV, v);
    extent.maxV = Math.max(extent.maxV, v);
  }
  return extent;
}

/** The rectangle with its writing direction turned to point right (or up, for vertical writing). */
function rectFromAxes(ux: number, uy: number, box: Extent): RotatedRect {
  const at = (u: number, v: number): Point => ({ x: u * ux - v * uy, y: u * uy + v * ux });
  const corners = [
    at(box.minU, box.minV),
    at(box.maxU, box.minV),
    at(box.maxU, box.maxV),
    at(box.minU, box.maxV),
  ] as const;
  return orderCorners(corners);
}

/** Start with the corner nearest to the top left, so that corners 0 → 1 run along the top. */
function orderCorners(corners: readonly [Point, Point, Point, Point]): RotatedRect {
  // An angle of 45° or more would put another corner first; text lines are either flat or upright.
  let first = 0;
  for (let i = 1; i < 4; i++) if (corners[i]!.x + corners[i]!.y < corners[first]!.x + corners[first]!.y) first = i;
  const turned = [0, 1, 2, 3].map((i) => corners[(first + i) % 4]!) as [Point, Point, Point, Point];
  return rectOf(turned);
}

export function rectOf(corners: readonly [Point, Point, Point, Point]): RotatedRect {
  return {
    corners,
    width: Math.hypot(corners[1].x - corners[0].x, corners[1].y - corners[0].y),
    height: Math.hypot(corners[3].x - corners[0].x, corners[3].y - corners[0].y),
  };
}

/** Move every side outwards, by `along` on the short sides and by `across` on the long ones. */
export function growRect(rect: RotatedRect, along: number, across: number): RotatedRect {
  const [a, b, , d] = rect.corners;
  const u = unit(a, b);
  const v = unit(a, d);
  const move = (p: Point, su: number, sv: number): Point => ({
    x: p.x + su * along * u.x + sv * across * v.x,
    y: p.y + su * along * u.y + sv * across * v.y,
  });
  const [p, q, r, s] = rect.corners;
  return rectOf([move(p, -1, -1), move(q, 1, -1), move(r, 1, 1), move(s, -1, 1)]);
}

/**
 * The part of a rectangle between two shares of its width, 0 to 1. The width is taken in proportion, and need not be the
 * distance of the corners.
 */
export function stretchOf(rect: RotatedRect, from: number, to: number): RotatedRect {
  const [a, b, c, d] = rect.corners;
  return {
    corners: [between(a, b, from), between(a, b, to), between(d, c, to), between(d, c, from)],
    width: (to - from) * rect.width,
    height: rect.height,
  };
}

function between(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

function unit(a: Point, b: Point): Point {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  return { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
}

export function scaleRect(rect: RotatedRect, sx: number, sy: number): RotatedRect {
  const [a, b, c, d] = rect.corners;
  const scale = (p: Point): Point => ({ x: p.x * sx, y: p.y * sy });
  return rectOf([scale(a), scale(b), scale(c), scale(d)]);
}
