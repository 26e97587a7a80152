import type { Polygon } from '@edge-ocr/shared/contract/result';
import { type Point, type RotatedRect, rectOf } from '../geometry.ts';
import type { Size } from '../pixels.ts';

/** Degrees clockwise by which a page is turned. */
export type Turn = 0 | 90 | 180 | 270;

/** The size of a page after a turn. */
export function turnSize({ width, height }: Size, turn: Turn): Size {
  return turn % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Where a point of a page of the given size lies once the page is turned. */
export function turnPoint({ x, y }: Point, page: Size, turn: Turn): Point {
  switch (turn) {
    case 0:
      return { x, y };
    case 90:
      return { x: page.height - y, y: x };
    case 180:
      return { x: page.width - x, y: page.height - y };
    case 270:
      return { x: y, y: page.width - x };
  }
}

/** The turn that undoes another. */
export function inverseTurn(turn: Turn): Turn {
  return ((360 - turn) % 360) as Turn;
}

export function addTurns(first: Turn, second: Turn): Turn {
  return ((first + second) % 360) as Turn;
}

/** Boxes of a page that is turned by half: their corners start at the other end, because their writing does. */
export function turnByHalf(rect: RotatedRect, page: Size): RotatedRect {
  const [a, b, c, d] = reversed(rect).corners;
  const turned = (point: Point) => turnPoint(point, page, 180);
  return rectOf([turned(a), turned(b), turned(c), turned(d)]);
}

/** The same place, read from its other end. */
export function reversed({ corners: [a, b, c, d] }: RotatedRect): RotatedRect {
  return rectOf([c, d, a, b]);
}

/** Corners keep their order, so the first stays the top left of what is written. */
export function turnPolygon(polygon: Polygon, page: Size, turn: Turn): Polygon {
  return polygon.map(([x, y]): [number, number] => {
    const turned = turnPoint({ x, y }, page, turn);
    // Subtraction brings back the digits that rounding took away.
    return [Math.round(turned.x * 10) / 10, Math.round(turned.y * 10) / 10];
  });
}
