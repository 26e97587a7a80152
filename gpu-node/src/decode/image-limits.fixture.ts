import type { ImageLimits } from './image-limits.ts';

/** For tests: the node's own defaults. */
export const LIMITS: ImageLimits = {
  maxPixels: 50_000_000,
  maxSide: 16_384,
  minSide: 16,
  maxAspectRatio: 30,
  decodeTimeoutSeconds: 10,
};
