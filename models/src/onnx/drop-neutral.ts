import type { Graph } from './graph.ts';

/** Remove products with one, which PP-OCR's exporter leaves in front of sigmoids. @returns how many went. */
export function dropNeutral(graph: Graph): number {
  let dropped = 0;
  for (const node of graph.nodes.filter(({ opType }) => opType === 'Mul')) {
    const one = node.input.find((input) => {
      const constant = graph.constants.get(input);
      return constant?.data.length === 1 && constant.data[0] === 1;
    });
    const kept = node.input.find((input) => input !== one);
    if (one === undefined || kept === undefined || graph.outputs.includes(node.output[0]!)) continue;
    for (const reader of graph.consumers(node.output[0]!)) {
      reader.input = reader.input.map((input) => (input === node.output[0] ? kept : input));
    }
    graph.remove(node);
    dropped++;
  }
  return dropped;
}
