import { float, type Graph, type Node } from './graph.ts';

/** y = x · clip(k·x + 3k, 0, 6k), as blockHardSwish writes it. */
export interface HardSwishGate {
  readonly nodes: readonly Node[];
  readonly input: string;
  readonly output: string;
  readonly factor: number;
}

/** The gated product that begins with this node; null when it is none. */
export function matchGate(graph: Graph, node: Node): HardSwishGate | null {
  const weights = node.opType === 'Conv' ? graph.constants.get(node.input[1]!) : undefined;
  const bias = node.input[2] ? graph.constants.get(node.input[2])?.data : undefined;
  const factor = weights?.data[0];
  if (!weights || !bias || !factor || weights.data.length !== weights.dims[0]) return null;
  const isGate =
    weights.data.every((w) => w === factor) && bias.every((b) => Math.abs(b - 3 * factor) <= 1e-5 * factor);
  const clip = isGate ? graph.onlyConsumer(node.output[0]!) : undefined;
  const product = clip?.opType === 'Clip' ? graph.onlyConsumer(clip.output[0]!) : undefined;
  if (!clip || product?.opType !== 'Mul' || !product.input.includes(node.input[0]!)) return null;
  const upper = clip.input[2] ? graph.constants.get(clip.input[2])?.data[0] : float(clip, 'max', 0);
  if (upper === undefined || Math.abs(upper - 6 * factor) > 1e-5 * factor) return null;
  return { nodes: [node, clip, product], input: node.input[0]!, output: product.output[0]!, factor };
}
