/**
 * Rewrites the networks of the manifest for speed, at load time and exactly (differences are those of rounding):
 * constants are folded, element-wise chains become what ONNX Runtime's blocked layout can run, and a recogniser's
 * classifier is cut down to the classes that are wanted. What was found to pay: docs/decisions/010-graph-surgery.md.
 */
import { cutClasses } from './onnx/cut-classes.ts';
import { dropNeutral } from './onnx/drop-neutral.ts';
import { foldAffineIntoConvolutions } from './onnx/fold-affine.ts';
import { foldResidualGains } from './onnx/fold-residual-gain.ts';
import { blockHardSwish } from './onnx/hard-swish.ts';
import { decodeModel } from './onnx/model-file.ts';
import { unrollUpscaling } from './onnx/unroll-upscaling.ts';

/** Changes whenever the rewriting does, so that files rewritten by another version are not used. */
export const OPTIMISER_REVISION = 2;

/**
 * @param bytes an ONNX file.
 * @param classes for a recogniser: the classes to keep, in their new order.
 * @throws Error when `classes` are given for a network that does not end in a linear classifier.
 */
export function optimiseNetwork(bytes: Uint8Array, classes?: readonly number[]): Uint8Array {
  const model = decodeModel(bytes);
  dropNeutral(model.graph);
  foldAffineIntoConvolutions(model.graph);
  foldResidualGains(model.graph);
  unrollUpscaling(model.graph);
  blockHardSwish(model.graph, model.opset);
  if (classes) cutClasses(model.graph, classes);
  return model.encode();
}
