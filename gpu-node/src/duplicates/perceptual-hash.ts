import type { Thumbnail } from './thumbnail.ts';

/** Side of the thumbnail that is hashed. */
export const HASHED_SIDE = 32;
const FREQUENCIES = 8;
/** Standard deviation, of 255. A page without anything on it has no appearance: its bits would be noise. */
const MIN_DEVIATION = 2;

/** cos(π (2x + 1) u / 2N) for each frequency u and place x. */
const COSINES = Array.from({ length: FREQUENCIES + 1 }, (_, u) =>
  Float64Array.from({ length: HASHED_SIDE }, (_, x) => Math.cos((Math.PI * (2 * x + 1) * u) / (2 * HASHED_SIDE))),
);

/**
 * 64 bits that stay about the same when an image is scaled, packed or brightened: which of the 64 lowest frequencies of
 * its cosine transform are above their median (a pHash, in BIGINT's range). The mean brightness is not among them.
 * @param thumbnail of HASHED_SIDE.
 * @returns null for a page without anything on it.
 */
export function perceptualHash(thumbnail: Thumbnail): bigint | null {
  if (deviation(thumbnail.data) < MIN_DEVIATION) return null;
  const coefficients = lowFrequencies(thumbnail);
  const median = coefficients.toSorted((a, b) => a - b)[coefficients.length / 2]!;
  let bits = 0n;
  for (const [i, coefficient] of coefficients.entries()) if (coefficient > median) bits |= 1n << BigInt(i);
  return BigInt.asIntN(64, bits);
}

/** How many bits differ. */
export function hammingDistance(a: bigint, b: bigint): number {
  let distance = 0;
  for (let bits = BigInt.asUintN(64, a ^ b); bits > 0n; bits &= bits - 1n) distance++;
  return distance;
}

function lowFrequencies({ data }: Thumbnail): number[] {
  const across = COSINES.slice(0, FREQUENCIES).map((cosines) =>
    Float64Array.from({ length: HASHED_SIDE }, (_, y) => dot(data.subarray(y * HASHED_SIDE), cosines)),
  );
  const square = Array.from({ length: FREQUENCIES }, (_, u) => across.map((column) => dot(column, COSINES[u]!)));
  // In the place of the mean: the next frequency down the page, where text has its structure.
  square[0]![0] = dot(across[0]!, COSINES[FREQUENCIES]!);
  return square.flat();
}

function dot(values: Float64Array, cosines: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < cosines.length; i++) sum += values[i]! * cosines[i]!;
  return sum;
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
