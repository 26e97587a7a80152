import { type Graph, makeNode, type Node } from './graph.ts';

/**
 * x + x · g becomes x · (g + 1) where g is one number a channel, a pooled value behind HardSigmoid: one pass over the
 * planes less.
 * @returns how many were rewritten.
 */
export function foldResidualGains(graph: Graph): number {
  let rewritten = 0;
  for (const sum of graph.nodes.filter((node) => node.opType === 'Add')) {
    const product = sum.input.map((input) => graph.producer(input)).find((node) => node && isGain(graph, node, sum));
    const gain = product?.input.find((input) => graph.producer(input)?.opType === 'HardSigmoid');
    if (!product || gain === undefined) continue;
    const more = graph.newName('gain');
    const value = product.input.find((input) => input !== gain)!;
    const one = graph.addConstant([], Float32Array.of(1));
    graph.insertBefore(sum, makeNode('Add', [gain, one], more), makeNode('Mul', [value, more], sum.output[0]!));
    graph.remove(product, sum);
    rewritten++;
  }
  return rewritten;
}

/** Whether a node multiplies what `sum` adds to the product, and only for it. */
function isGain(graph: Graph, node: Node, sum: Node): boolean {
  if (node.opType !== 'Mul' || graph.onlyConsumer(node.output[0]!) !== sum) return false;
  const value = sum.input.find((input) => input !== node.output[0]);
  return value !== undefined && node.input.includes(value);
}
