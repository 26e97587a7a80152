import type { Config } from '../config.ts';
import type { DuplicateLimits } from '../persist/duplicates.ts';

/** How far duplicates are looked for, as configured. */
export function duplicateLimits(config: Config): DuplicateLimits {
  return {
    days: config.DUPLICATE_DAYS,
    candidates: config.DUPLICATE_CANDIDATES,
    paperDistance: config.DUPLICATE_DISTANCE_PAPER,
    thingDistance: config.DUPLICATE_DISTANCE_THING,
    distanceAlone: config.DUPLICATE_DISTANCE_ALONE,
  };
}
