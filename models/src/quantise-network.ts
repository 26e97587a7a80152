/** The 8-bit form of a network: faster where the processor multiplies bytes, and a little less exact. Decision 009. */
import { decodeModel } from './onnx/model-file.ts';
import { type Calibration, quantise } from './onnx/quantise.ts';

/** Changes whenever the rewriting does, so that files rewritten by another version are not used. */
export const QUANTISER_REVISION = 1;

/**
 * @param optimised an ONNX file as optimiseNetwork gives it: calibration knows values by the names they have there.
 * @throws Error when the calibration is another network's.
 */
export function quantiseNetwork(optimised: Uint8Array, calibration: Calibration): Uint8Array {
  const { graph, encode } = decodeModel(optimised);
  const unknown = Object.keys(calibration).find((value) => !graph.producer(value));
  if (unknown !== undefined) throw new Error(`The calibration is of another network: this one has no ${unknown}`);
  quantise(graph, calibration);
  return encode();
}
