import { type BarRegion, findBarRegions } from './bar-regions.ts';
import type { DecodedBarcode, Point } from './decoded.ts';
import { type Alignment, alignEan13, RESOLUTION, SLACK } from './ean-alignment.ts';
import { bestCodes, type Candidate } from './ean-evidence.ts';
import { DIGIT_SEGMENTS, MODULES } from './ean-templates.ts';
import type { Luminance } from './luminance.ts';
import { type Profile, takeProfiles } from './profile.ts';
import { type Extent, findExtents } from './symbol-extents.ts';

/** Lines over a symbol's height, each by itself an average; the middle one is tried first. */
const PROFILES = 7;
const MIDDLE = 3;
/** Blurs in modules: from sharp to as far as digits can be told apart. */
const SIGMAS = [0.45, 0.8, 1.15];
const FIRST_SIGMA = 0.6;

/** Under this the middle line shows no EAN at all. */
const MIN_FIRST_LIKENESS = 0.65;
/**
 * What makes a code believed. Symbols of other kinds, forced into an EAN, reach a likeness of 0.85, a margin of 0.18 or
 * seven agreeing lines, but not two of them with the third above these; seen on 480 images without an EAN-13.
 */
const MIN_LIKENESS = 0.84;
const MIN_MARGIN = 0.12;
const MIN_AGREEING = 4;

interface Clock {
  readonly isOver: boolean;
}

/**
 * EAN-13 and UPC-A symbols too soft, too curved or too faint to be cut into bars and spaces: digits are not measured but
 * compared, each as it would look through the same blur (Gallo and Manduchi, "Reading 1D barcodes with mobile phones using
 * deformable templates", 2011), and the code taken is the likeliest whose check digit holds.
 * @param clock ends the search; what was found until then is returned.
 */
export function readBlurredEan(image: Luminance, clock: Clock): DecodedBarcode[] {
  return findBarRegions(image).flatMap((region) => (clock.isOver ? [] : (readRegion(image, region, clock) ?? [])));
}

function readRegion(image: Luminance, region: BarRegion, clock: Clock): DecodedBarcode | null {
  if (region.width < MODULES) return null;
  const profiles = takeProfiles(image, region, PROFILES);
  const middle = profiles[MIDDLE]!;
  const extent = likeliest(findExtents(middle), (tried) => alignAt(middle, tried, FIRST_SIGMA), clock);
  if (extent === null) return null;
  const sigma = likeliest(SIGMAS, (tried) => alignAt(middle, extent, tried), clock);
  if (sigma === null) return null;
  const alignments = profiles.flatMap((profile) => (clock.isOver ? [] : (alignAt(profile, extent, sigma) ?? [])));
  const found = believedCode(alignments);
  if (found === null) return null;
  const { code, agreeing } = found;
  const corners = cornersOf(middle, extent, region.height);
  if (code.startsWith('0')) return { type: 'UPCA', value: code.slice(1), corners, lines: agreeing };
  return { type: 'EAN13', value: code, corners, lines: agreeing };
}

/** The choice whose alignment looks most like an EAN; null when none does. */
function likeliest<T>(choices: readonly T[], align: (choice: T) => Alignment | null, clock: Clock): T | null {
  let [best, likeness]: [T | null, number] = [null, MIN_FIRST_LIKENESS];
  for (const choice of choices) {
    if (clock.isOver) return null;
    const alignment = align(choice);
    if (alignment !== null && alignment.likeness > likeness) [best, likeness] = [choice, alignment.likeness];
  }
  return best;
}

function believedCode(alignments: readonly Alignment[]): { code: string; agreeing: number } | null {
  if (alignments.length < MIN_AGREEING) return null;
  const [first, second] = likeliestCodes(alignments);
  const agreeing = alignments.filter((alignment) => likeliestCodes([alignment])[0]!.code === first!.code).length;
  const likeness = alignments.reduce((sum, alignment) => sum + alignment.likeness, 0) / PROFILES;
  const margin = (first!.score - second!.score) / alignments.length;
  if (likeness < MIN_LIKENESS || margin < MIN_MARGIN || agreeing < MIN_AGREEING) return null;
  return { code: first!.code, agreeing };
}

/** By the evidence of all lines together: glare on one is made good by another. */
function likeliestCodes(alignments: readonly Alignment[]): Candidate[] {
  const sums = DIGIT_SEGMENTS.map((segment) => {
    const columns = alignments.map((alignment) => alignment.scores[segment]!);
    return columns[0]!.map((_, pattern) => columns.reduce((sum, column) => sum + column[pattern]!, 0));
  });
  return bestCodes(sums.slice(0, 6), sums.slice(6));
}

function alignAt(profile: Profile, extent: Extent, sigma: number): Alignment | null {
  const module = (extent.to - extent.from) / MODULES;
  const samples = new Float32Array((MODULES + 2 * SLACK) * RESOLUTION);
  for (let i = 0; i < samples.length; i++) {
    const modules = (i + 0.5) / RESOLUTION - SLACK;
    samples[i] = sampleAt(profile.values, extent.from + modules * module);
  }
  return alignEan13(extent.reversed ? samples.reverse() : samples, sigma);
}

function sampleAt(values: Float32Array, at: number): number {
  const i = Math.min(values.length - 2, Math.max(0, Math.floor(at)));
  const share = Math.min(1, Math.max(0, at - i));
  return values[i]! + share * (values[i + 1]! - values[i]!);
}

/** The symbol's own top left, then clockwise; over the height that was read. */
function cornersOf(profile: Profile, extent: Extent, height: number): DecodedBarcode['corners'] {
  const { start, direction, step } = profile;
  const point = (at: number, aside: number): Point => [
    start[0] + at * step * direction[0] - aside * direction[1],
    start[1] + at * step * direction[1] + aside * direction[0],
  ];
  const half = 0.4 * height;
  const { from, to, reversed } = extent;
  const upright = [point(from, -half), point(to, -half), point(to, half), point(from, half)] as const;
  return reversed ? [upright[2], upright[3], upright[0], upright[1]] : upright;
}
