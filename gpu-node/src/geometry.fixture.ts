/** For tests: rectangles and random numbers, made without the code under test. */
import type { Point, RotatedRect } from './geometry.ts';

/** A rectangle around its middle; its writing runs `degrees` clockwise of the horizontal, as seen on the screen. */
export function tiltedRect(x: number, y: number, width: number, height: number, degrees = 0): RotatedRect {
  const radians = (degrees * Math.PI) / 180;
  const at = (along: number, across: number): Point => ({
    x: x + along * Math.cos(radians) - across * Math.sin(radians),
    y: y + along * Math.sin(radians) + across * Math.cos(radians),
  });
  const [w, h] = [width / 2, height / 2];
  return { corners: [at(-w, -h), at(w, -h), at(w, h), at(-w, h)], width, height };
}

/** The greatest distance between corners of the same place. */
export function cornerDistance(a: RotatedRect, b: RotatedRect): number {
  return Math.max(...a.corners.map((p, i) => Math.hypot(p.x - b.corners[i]!.x, p.y - b.corners[i]!.y)));
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
