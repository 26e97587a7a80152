/**
 * Post-training static quantisation to 8 bits of the convolutional part of a network that blockHardSwish has rewritten.
 * Plain quantisation by tensor ruins PP-LCNetV3, whose channels differ in range by orders of magnitude. So each
 * channel has a unit of its own (cross-layer equalisation, Nagel et al. 2019, §4.1): weights before divide by it,
 * weights behind multiply. And the mean error of rounded weights is taken off each bias (§4.2).
 * Values are unsigned, NHWC, as ONNX Runtime's integer kernels want them; weights are signed, by filter.
 */
import { type Graph, integers, type Node } from './graph.ts';
import { type HardSwishGate, matchGate } from './hard-swish-gate.ts';
import { QuantisedNodes, type QuantisedValue } from './quantised-nodes.ts';

/** What calibration saw of one value, by channel. */
export interface ChannelRange {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly mean: readonly number[];
}

/** By name of the value. Only layers whose input and output are listed are quantised. */
export type Ranges = Readonly<Record<string, ChannelRange>>;

/** @returns how many convolutions are now 8-bit. */
export function quantise(graph: Graph, ranges: Ranges): number {
  return new Quantiser(graph, ranges).run();
}

/** Hard-swish is 0 below −3. */
const HARD_SWISH_FLOOR = -3;
/**
 * As the factor beside the gate, x may saturate sooner: the gate is small there. At −2.5 the product is wrong by 0.01
 * at most, and the rest of the range is told apart more finely.
 */
const FACTOR_FLOOR = -2.5;

class Quantiser {
  readonly #graph: Graph;
  readonly #ranges: Ranges;
  readonly #emit: QuantisedNodes;
  readonly #values = new Map<string, QuantisedValue>();
  /** Quantised values that have been turned back already. */
  readonly #restored = new Set<string>();
  readonly #done = new Set<Node>();
  #convolutions = 0;

  constructor(graph: Graph, ranges: Ranges) {
    this.#graph = graph;
    this.#ranges = ranges;
    this.#emit = new QuantisedNodes(graph);
  }

  run(): number {
    for (const node of this.#graph.nodes) {
      if (this.#done.has(node)) continue;
      if (this.#tryAll(node)) this.#done.add(node);
      else this.#keep(node);
    }
    for (const output of this.#graph.outputs) this.#restore(output);
    this.#graph.nodes = this.#emit.nodes;
    return this.#convolutions;
  }

  #tryAll(node: Node): boolean {
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
    const [input, output] = [node.input[0]!, node.output[0]!];
    const [from, range, seen] = [this.#values.get(input), this.#rangeOf(output), this.#ranges[input]];
    const weights = this.#graph.constants.get(node.input[1]!);
    if (!from || !range || !weights || !isPlainOrDepthwise(node, weights.dims)) return false;
    const bias = node.input[2] ? this.#graph.constants.get(node.input[2])! : undefined;
    this.#values.set(output, this.#emit.convolution(node, from, range, seen?.mean, weights, bias?.data));
    this.#convolutions++;
    return true;
  }

  /** A float convolution in front of the first 8-bit layers: the units go into its weights. */
  #entrance(node: Node): boolean {
    const output = node.output[0]!;
    const range = this.#rangeOf(output);
    const isFloat = !this.#values.has(node.input[0]!);
    if (!isFloat || !range || !this.#graph.consumers(output).some((reader) => matchGate(this.#graph, reader)))
      return false;
    this.#values.set(output, this.#emit.entrance(node, range));
    return true;
  }

  /** y = x · clip(gate(x)); a shift behind it is an ordinary convolution. */
  #hardSwish(node: Node): boolean {
    const gate = matchGate(this.#graph, node);
    const x = gate && this.#values.get(gate.input);
    const range = gate && this.#productRange(gate);
    if (!gate || !x || !range) return false;
    const low = this.#ranges[gate.input]!.low.map((value) => Math.max(value, FACTOR_FLOOR));
    this.#values.set(gate.output, this.#emit.hardSwish(gate, x, range, { ...this.#ranges[gate.input]!, low }));
    for (const part of gate.nodes) this.#done.add(part);
    return true;
  }

  /** Calibration sees the product behind the shift. */
  #productRange({ output }: HardSwishGate): ChannelRange | undefined {
    const known = this.#ranges[output];
    if (known) return known;
    const shift = this.#graph.onlyConsumer(output);
    const shifted = shift?.opType === 'Conv' ? this.#ranges[shift.output[0]!] : undefined;
    const bias = shift?.input[2] ? this.#graph.constants.get(shift.input[2])?.data : undefined;
    if (!shifted || !bias) return undefined;
    const less = (values: readonly number[]) => values.map((value, c) => value - bias[c]!);
    return { low: less(shifted.low), high: less(shifted.high), mean: less(shifted.mean) };
  }

  #pool(node: Node): boolean {
    const from = this.#values.get(node.input[0]!);
    const range = this.#ranges[node.output[0]!];
    if (!from || !range) return false;
    this.#values.set(node.output[0]!, this.#emit.pool(from, range));
    return true;
  }

  /** A quantised value times a float one by channel (squeeze and excitation): both have no units but the first's. */
  #product(node: Node): boolean {
    const range = this.#ranges[node.output[0]!];
    const name = node.input.find((input) => this.#values.has(input));
    const other = node.input.find((input) => input !== name);
    const gain = other === undefined ? undefined : this.#ranges[other];
    if (!range || name === undefined || other === undefined || !gain) return false;
    this.#values.set(node.output[0]!, this.#emit.product(this.#values.get(name)!, other, gain, range));
    return true;
  }

  #rangeOf(output: string): ChannelRange | undefined {
    const range = this.#ranges[output];
    const readers = this.#graph.consumers(output);
    const feedsHardSwish = readers.some((reader) => matchGate(this.#graph, reader));
    if (!range || !feedsHardSwish) return range;
    return { ...range, low: range.low.map((value) => Math.max(value, HARD_SWISH_FLOOR)) };
  }
}

function isPlainOrDepthwise(node: Node, dims: readonly number[]): boolean {
  const group = Number(node.attribute.find(({ name }) => name === 'group')?.i ?? 1);
  const isDilated = integers(node, 'dilations').some((dilation) => dilation !== 1);
  return !isDilated && (group === 1 || (group === dims[0] && dims[1] === 1));
}
