/**
 * Folds multiplications and additions of constants into the convolution before them: exact up to rounding, and the
 * convolution's result then stays in ONNX Runtime's blocked layout.
 */
import { float, type Graph, type Node, type Tensor } from './graph.ts';

/** y = scale × x + shift, one value a channel. */
interface Affine {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** @returns how many nodes went. */
export function foldAffineIntoConvolutions(graph: Graph): number {
  let folded = 0;
  for (const conv of graph.nodes.filter((node) => node.opType === 'Conv')) {
    for (;;) {
      const next = graph.onlyConsumer(conv.output[0]!);
      const affine = next && affineOf(next, conv.output[0]!, outputChannels(graph, conv), graph);
      if (!next || !affine) break;
      apply(graph, conv, affine);
      conv.output = [...next.output];
      graph.remove(next);
      folded++;
    }
  }
  return folded;
}

function outputChannels(graph: Graph, conv: Node): number {
  return graph.constants.get(conv.input[1]!)?.dims[0] ?? 0;
}

/** What a node does to `value`, when it is a multiplication or addition of constants. */
export function affineOf(node: Node, value: string, channels: number, graph: Graph): Affine | null {
  if (node.opType === 'BatchNormalization' && node.input[0] === value) return batchNormalization(node, channels, graph);
  const isLeft = node.input[0] === value;
  const other = node.input.find((input) => input !== value);
  const constant = other === undefined ? undefined : graph.constants.get(other);
  const values = constant && perChannel(constant, channels);
  if (!values) return null;
  const ones = new Float32Array(channels).fill(1);
  const zeros = new Float32Array(channels);
  switch (node.opType) {
    case 'Mul':
      return { scale: values, shift: zeros };
    case 'Add':
      return { scale: ones, shift: values };
    case 'Div':
      return isLeft ? { scale: values.map((v) => 1 / v), shift: zeros } : null;
    case 'Sub':
      return isLeft ? { scale: ones, shift: values.map((v) => -v) } : null;
    default:
      return null;
  }
}

/** One value a channel, from a scalar or from a constant that broadcasts along the channels of [N, C, H, W]. */
function perChannel({ dims, data }: Tensor, channels: number): Float32Array | null {
  if (data.length === 1) return new Float32Array(channels).fill(data[0]!);
  const isAlongChannels = data.length === channels && dims.length >= 3 && dims.at(-3) === channels;
  return isAlongChannels ? data : null;
}

function batchNormalization(node: Node, channels: number, graph: Graph): Affine | null {
  const [gamma, beta, mean, variance] = node.input.slice(1).map((name) => graph.constants.get(name)?.data);
  if (!gamma || !beta || !mean || !variance || gamma.length !== channels) return null;
  const epsilon = float(node, 'epsilon', 1e-5);
  const scale = gamma.map((g, c) => g / Math.sqrt(variance[c]! + epsilon));
  return { scale, shift: beta.map((b, c) => b - mean[c]! * scale[c]!) };
}

function apply(graph: Graph, conv: Node, { scale, shift }: Affine): void {
  const weights = graph.constants.get(conv.input[1]!)!;
  const perFilter = weights.data.length / scale.length;
  const bias = conv.input[2] ? graph.constants.get(conv.input[2])!.data : new Float32Array(scale.length);
  const scaled = weights.data.map((w, i) => w * scale[Math.floor(i / perFilter)]!);
  const shifted = bias.map((b, c) => b * scale[c]! + shift[c]!);
  conv.input = [conv.input[0]!, graph.addConstant(weights.dims, scaled), graph.addConstant([scale.length], shifted)];
}
