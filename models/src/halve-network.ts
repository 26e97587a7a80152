/** The half-precision form of a network, for GPUs: half the memory to move, and units of their own. Decision 032. */
import { useHalfPrecision } from './onnx/half-precision.ts';
import { decodeModel } from './onnx/model-file.ts';

/** Changes whenever the rewriting does, so that files rewritten by another version are not used. */
export const HALVER_REVISION = 1;

/**
 * @param bytes an ONNX file whose inputs are floats.
 * @throws Error when the network has parts that are not known to half precision.
 */
export function halveNetwork(bytes: Uint8Array): Uint8Array {
  const { graph, inputs, encode } = decodeModel(bytes);
  useHalfPrecision(graph, inputs);
  return encode();
}
