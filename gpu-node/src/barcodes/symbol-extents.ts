import { MODULES } from './ean-templates.ts';
import type { Profile } from './profile.ts';

/** Where a symbol may begin and end on a profile, in samples; reversed where it is upside down. */
export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly reversed: boolean;
}

/** Pixels over which changes are taken together. */
const RADIUS = 3;
/** Of the stronger changes on the line; what is weaker is paper. */
const MIN_ACTIVITY = 0.15;
/** No space in a symbol is wider than 4 of its 95 modules. */
const MIN_GAP = 0.045;
/** Of the whole line, and a pixel a module: nothing smaller is legible. */
const MIN_LENGTH = 0.3;
const MAX_EXTENTS = 4;

/** Stretches of changing brightness between gaps in which nothing changes, the longest first, each both ways round. */
export function findExtents(profile: Profile): Extent[] {
  const { values, step } = profile;
  const radius = Math.round(RADIUS / step);
  const runs = activeRuns(activityOf(values, radius), MIN_GAP * values.length - 2 * radius);
  return runs
    .flatMap(([from], i) => runs.slice(i).map(([, to]) => ({ from: from + radius, to: to - radius })))
    .filter(({ from, to }) => to - from > Math.max(MODULES / step, MIN_LENGTH * values.length))
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, MAX_EXTENTS)
    .flatMap((extent) => [
      { ...extent, reversed: false },
      { ...extent, reversed: true },
    ]);
}

/** How much brightness changes around every sample. */
function activityOf(values: Float32Array, radius: number): Float32Array {
  return values.map((_, i) => {
    let sum = 0;
    const last = Math.min(values.length - 1, i + radius);
    for (let k = Math.max(1, i - radius); k <= last; k++) sum += Math.abs(values[k]! - values[k - 1]!);
    return sum;
  });
}

function activeRuns(activity: Float32Array, minGap: number): [from: number, to: number][] {
  const strong = Float32Array.from(activity).sort()[Math.floor(activity.length * 0.75)] ?? 0;
  const runs: [number, number][] = [];
  for (const [i, value] of activity.entries()) {
    if (value < MIN_ACTIVITY * strong) continue;
    const last = runs.at(-1);
    if (last !== undefined && i - last[1] < minGap) last[1] = i;
    else runs.push([i, i]);
  }
  return runs;
}
