/**
 * Post-training static quantisation to 8 bits of the convolutional part of a network that blockHardSwish has rewritten.
 * Plain quantisation by tensor ruins PP-LCNetV3, whose channels differ in range by orders of magnitude. So each
 * channel has a unit of its own (cross-layer equalisation, Nagel et al. 2019, §4.1): weights before divide by it,
 * weights behind multiply. And what a layer adds to the mean of its values is taken off its bias (§4.2), as measured.
 * Values are unsigned, NHWC, as ONNX Runtime's integer kernels want them; weights are signed, by filter.
 */
import { type ChannelRange, type QuantisedValue, unitsAround } from './code-grid.ts';
import { type Graph, integer, integers, type Node } from './graph.ts';
import { matchGate } from './hard-swish-gate.ts';
import { QuantisedNodes } from './quantised-nodes.ts';

/** By name of the value. Only layers whose input and output are listed are quantised. */
export type Calibration = Readonly<Record<string, ChannelRange>>;

/** @returns the values that now are 8-bit, by the names they had. */
export function quantise(graph: Graph, calibration: Calibration): ReadonlyMap<string, QuantisedValue> {
  return new Quantiser(graph, calibration).run();
}

/** Hard-swish is 0 below −3. */
export const HARD_SWISH_FLOOR = -3;

class Quantiser {
  readonly #graph: Graph;
  readonly #ranges: Calibration;
  readonly #emit: QuantisedNodes;
  readonly #values = new Map<string, QuantisedValue>();
  /** Quantised values that have been turned back already. */
  readonly #restored = new Set<string>();
  readonly #done = new Set<Node>();

  constructor(graph: Graph, ranges: Calibration) {
    this.#graph = graph;
    this.#ranges = ranges;
    this.#emit = new QuantisedNodes(graph);
  }

  run(): ReadonlyMap<string, QuantisedValue> {
    for (const node of this.#graph.nodes) {
      if (!this.#done.has(node) && !this.#quantise(node)) this.#keep(node);
    }
    for (const output of this.#graph.outputs) this.#restore(output);
    this.#graph.nodes = this.#emit.nodes;
    return this.#values;
  }

  #quantise(node: Node): boolean {
    if (node.opType === 'Conv') return this.#hardSwish(node) || this.#convolution(node) || this.#entrance(node);
    if (node.opType === 'GlobalAveragePool') return this.#pool(node);
    return node.opType === 'Mul' && this.#product(node);
  }

  #keep(node: Node): void {
    for (const input of node.input) this.#restore(input);
    this.#emit.nodes.push(node);
  }

  #restore(value: string): void {
    const quantised = this.#values.get(value);
    if (!quantised || this.#restored.has(value)) return;
    this.#restored.add(value);
    this.#emit.dequantise(quantised, value);
  }

  #convolution(node: Node): boolean {
    const output = node.output[0]!;
    const from = this.#values.get(node.input[0]!);
    const range = this.#rangeOf(output);
    if (!from || !range || !isPlainOrDepthwise(this.#graph, node)) return false;
    this.#values.set(output, this.#emit.convolution(node, from, range, this.#unitsOf(output)));
    return true;
  }

  #entrance(node: Node): boolean {
    const output = node.output[0]!;
    const range = this.#rangeOf(output);
    if (this.#values.has(node.input[0]!) || !range || !this.#gateOf(output)) return false;
    this.#values.set(output, this.#emit.entrance(node, range, this.#unitsOf(output)));
    return true;
  }

  /** A shift behind it is an ordinary convolution. */
  #hardSwish(node: Node): boolean {
    const gate = matchGate(this.#graph, node);
    const x = gate && this.#values.get(gate.input);
    const range = gate && this.#ranges[gate.output];
    if (!x || !range) return false;
    this.#values.set(gate.output, this.#emit.hardSwish(gate, x, range));
    for (const part of gate.nodes) this.#done.add(part);
    return true;
  }

  #pool(node: Node): boolean {
    const from = this.#values.get(node.input[0]!);
    const range = this.#ranges[node.output[0]!];
    if (!from || !range) return false;
    this.#values.set(node.output[0]!, this.#emit.pool(from, range));
    return true;
  }

  /** A quantised value times a float one by channel (squeeze and excitation): the units are the first's. */
  #product(node: Node): boolean {
    const range = this.#ranges[node.output[0]!];
    const from = node.input.find((input) => this.#values.has(input));
    const other = node.input.find((input) => input !== from);
    const gain = this.#ranges[other ?? ''];
    if (!range || from === undefined || other === undefined || !gain) return false;
    this.#values.set(node.output[0]!, this.#emit.product(this.#values.get(from)!, other, gain, range));
    return true;
  }

  #rangeOf(value: string): ChannelRange | undefined {
    const range = this.#ranges[value];
    if (!range || !this.#gateOf(value)) return range;
    return { ...range, low: range.low.map((low) => Math.max(low, HARD_SWISH_FLOOR)) };
  }

  #unitsOf(value: string): readonly number[] | undefined {
    const product = this.#ranges[this.#gateOf(value)?.output ?? ''];
    return product && unitsAround(this.#rangeOf(value)!, product);
  }

  #gateOf(value: string) {
    for (const reader of this.#graph.consumers(value)) {
      const gate = matchGate(this.#graph, reader);
      if (gate) return gate;
    }
    return null;
  }
}

function isPlainOrDepthwise(graph: Graph, node: Node): boolean {
  const dims = graph.constants.get(node.input[1]!)?.dims;
  const group = integer(node, 'group', 1);
  const isDilated = integers(node, 'dilations').some((dilation) => dilation !== 1);
  return dims !== undefined && !isDilated && (group === 1 || (group === dims[0] && dims[1] === 1));
}
