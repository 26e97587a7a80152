import type { QuantisedValue } from './code-grid.ts';
import type { Tensor } from './graph.ts';

const WEIGHT_CODES = 127;
/** Of 32-bit integers; the products are added to the bias, so it may not fill them. */
const MOST_BIAS = 2 ** 30;

export interface RoundedWeights {
  readonly codes: Int8Array;
  /** By filter. */
  readonly scales: Float32Array;
  readonly bias: Int32Array;
}

/**
 * Weights and bias of a convolution in 8 and 32 bits, with the units of its input and its output worked in.
 * @param to units of the output.
 */
export function roundWeights(
  weights: Tensor,
  bias: ArrayLike<number>,
  from: QuantisedValue,
  to: readonly number[],
): RoundedWeights {
  const filters = weights.dims[0]!;
  const perFilter = weights.data.length / filters;
  const rounded = {
    codes: new Int8Array(weights.data.length),
    scales: new Float32Array(filters),
    bias: new Int32Array(filters),
  };
  for (let f = 0; f < filters; f++) {
    const row = filterInUnits(weights, f, from.units).map((w) => w / to[f]!);
    const b = bias[f]! / to[f]! / from.scale;
    // A filter of zeros still has its bias, which must fit beside its weights.
    const scale = Math.fround(Math.max(Math.max(...row.map(Math.abs)) / WEIGHT_CODES, Math.abs(b) / MOST_BIAS, 1e-12));
    rounded.codes.set(
      row.map((w) => Math.round(w / scale)),
      f * perFilter,
    );
    rounded.scales[f] = scale;
    rounded.bias[f] = Math.round(b / scale);
  }
  return rounded;
}

/** One filter's weights, each times the unit of the input channel that it weighs. */
function filterInUnits({ dims, data }: Tensor, filter: number, units: readonly number[]): number[] {
  const perFilter = data.length / dims[0]!;
  const perChannel = perFilter / dims[1]!;
  const isDepthwise = dims[1] === 1 && dims[0] === units.length;
  const row = data.subarray(filter * perFilter, (filter + 1) * perFilter);
  return Array.from(row, (w, i) => w * units[isDepthwise ? filter : Math.floor(i / perChannel)]!);
}
