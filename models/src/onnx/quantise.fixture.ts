import type { Attribute, Graph, Node } from './graph.ts';

/** Runs a graph whose planes are one pixel (so NHWC is NCHW), with the few operators that the tests need. */
export function runOnePixel(graph: Graph, inputs: Readonly<Record<string, readonly number[]>>): Map<string, number[]> {
  const values = new Map(Object.entries(inputs).map(([name, value]) => [name, [...value]]));
  const read = (name: string): number[] =>
    values.get(name) ?? [...(graph.constants.get(name) ?? graph.integers.get(name))!.data];
  for (const node of graph.nodes) values.set(node.output[0]!, compute(node, node.input.map(read)));
  return values;
}

function compute(node: Node, [a = [], b = [], c = [], d = [], e = [], f = [], g = [], h = [], i = []]: number[][]) {
  switch (node.opType) {
    case 'Conv':
      return convolve(node, a, b, c);
    case 'Clip':
      return a.map((x) => Math.min(Math.max(x, attribute(node, 'min')?.f ?? 0), attribute(node, 'max')?.f ?? 0));
    case 'Mul':
      return a.map((x, k) => x * b[k]!);
    case 'Transpose':
      return a;
    case 'QuantizeLinear':
      return a.map((x) => code(x / b[0]!, c[0]!));
    case 'DequantizeLinear':
      return a.map((x, k) => (x - c[k]!) * b[k]!);
    case 'QLinearMul':
      return a.map((x, k) => code(((x - c[0]!) * b[0]! * (d[k]! - f[0]!) * e[0]!) / g[0]!, h[0]!));
    case 'QLinearConv': {
      const centred = a.map((x) => x - c[0]!);
      return convolve(node, centred, d, i).map((sum, k) => code((sum * b[0]! * e[k]!) / g[0]!, h[0]!));
    }
    default:
      throw new Error(`No ${node.opType} here`);
  }
}

function convolve(node: Node, input: number[], weights: number[], bias: number[]): number[] {
  const isDepthwise = Number(attribute(node, 'group')?.i ?? 1) > 1;
  return bias.map((b, f) =>
    isDepthwise
      ? b + input[f]! * weights[f]!
      : input.reduce((sum, x, k) => sum + x * weights[f * input.length + k]!, b),
  );
}

function code(value: number, zero: number): number {
  return Math.min(255, Math.max(0, Math.round(value) + zero));
}

function attribute(node: Node, name: string): Attribute | undefined {
  return node.attribute.find((candidate) => candidate.name === name);
}
