/** Writes the 8-bit nodes. All are of com.microsoft, whose convolution takes NHWC and exists beside any operator set. */
import { type ChannelRange, CODES, type Grid, gridFor, type QuantisedValue } from './code-grid.ts';
import { type Attribute, type Graph, makeNode, type Node, type Tensor } from './graph.ts';
import type { HardSwishGate } from './hard-swish-gate.ts';
import { type RoundedWeights, roundWeights } from './round-weights.ts';

const DOMAIN = 'com.microsoft';
const INTS = 7;
const CHANNELS_LAST: Attribute = { name: 'channels_last', type: 2, i: 1 };
const CONVOLUTION_ATTRIBUTES = ['group', 'strides', 'pads', 'kernel_shape'];

export class QuantisedNodes {
  readonly nodes: Node[] = [];
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  convolution(node: Node, from: QuantisedValue, range: ChannelRange, units?: readonly number[]): QuantisedValue {
    const to = this.#value(gridFor(range, units));
    const { weights, bias } = this.#parameters(node);
    const corrected = bias.map((b, f) => b - (range.drift?.[f] ?? 0));
    const kept = node.attribute.filter(({ name }) => CONVOLUTION_ATTRIBUTES.includes(name));
    return this.#convolve(from, to, roundWeights(weights, corrected, from, to.units), weights.dims, kept);
  }

  /** A convolution that stays in float in front of the first 8-bit layer: the units go into its weights. */
  entrance(node: Node, range: ChannelRange, units?: readonly number[]): QuantisedValue {
    const to = this.#value(gridFor(range, units));
    const { weights, bias } = this.#parameters(node);
    const perFilter = weights.data.length / bias.length;
    const inUnits = [
      this.#graph.addConstant(
        weights.dims,
        weights.data.map((w, i) => w / to.units[Math.floor(i / perFilter)]!),
      ),
      this.#graph.addConstant(
        [bias.length],
        bias.map((b, f) => b / to.units[f]!),
      ),
    ];
    const scaled = this.#graph.newName('scaled');
    this.nodes.push({ ...node, name: scaled, input: [node.input[0]!, ...inUnits], output: [scaled] });
    this.#quantise(scaled, to);
    return to;
  }

  /** x · clip(gate(x)); the gate is a depthwise 1 × 1 convolution, the cheapest element-wise kernel there is. */
  hardSwish({ factor }: HardSwishGate, x: QuantisedValue, range: ChannelRange): QuantisedValue {
    const channels = x.units.length;
    const gate = this.#value({ scale: (6 * factor) / CODES, zero: 0, units: x.units.map(() => 1) });
    const weights = { dims: [channels, 1, 1, 1], data: new Float32Array(channels).fill(factor) };
    const rounded = roundWeights(weights, new Float32Array(channels).fill(3 * factor), x, gate.units);
    this.#convolve(x, gate, rounded, weights.dims, [
      { name: 'group', type: 2, i: channels },
      { name: 'kernel_shape', type: INTS, ints: [1, 1] },
    ]);
    return this.#multiply(x, gate, this.#value(gridFor(range, x.units)));
  }

  pool(from: QuantisedValue, range: ChannelRange): QuantisedValue {
    const to = this.#value(gridFor(range, from.units));
    this.#push('QLinearGlobalAveragePool', [from.name, ...this.#codesOf(from), ...this.#codesOf(to)], to, [
      CHANNELS_LAST,
    ]);
    return to;
  }

  /** By a float value of one number a channel. */
  product(from: QuantisedValue, float: string, gain: ChannelRange, range: ChannelRange): QuantisedValue {
    const by = this.#value(
      gridFor(
        gain,
        gain.low.map(() => 1),
      ),
    );
    this.#quantise(float, by);
    return this.#multiply(from, by, this.#value(gridFor(range, from.units)));
  }

  dequantise({ name, scale, zero, units }: QuantisedValue, output: string): void {
    const moved = this.#graph.newName('nchw');
    this.#transpose(name, moved, [0, 3, 1, 2]);
    const scales = this.#graph.addConstant(
      [units.length],
      Float32Array.from(units, (unit) => unit * scale),
    );
    const zeros = this.#graph.addInteger([units.length], new Uint8Array(units.length).fill(zero));
    const axis: Attribute = { name: 'axis', type: 2, i: 1 };
    this.nodes.push({ ...makeNode('DequantizeLinear', [moved, scales, zeros], output, [axis]), domain: DOMAIN });
  }

  #parameters(node: Node): { weights: Tensor; bias: Float32Array } {
    const weights = this.#graph.constants.get(node.input[1]!)!;
    const bias = this.#graph.constants.get(node.input[2] ?? '')?.data ?? new Float32Array(weights.dims[0]!);
    return { weights, bias };
  }

  #quantise(float: string, to: QuantisedValue): void {
    const codes = { ...to, name: this.#graph.newName('codes') };
    this.#push('QuantizeLinear', [float, ...this.#codesOf(to)], codes);
    this.#transpose(codes.name, to.name, [0, 2, 3, 1]);
  }

  #convolve(
    from: QuantisedValue,
    to: QuantisedValue,
    { codes, scales, bias }: RoundedWeights,
    dims: readonly number[],
    attributes: Attribute[],
  ): QuantisedValue {
    const filters = dims[0]!;
    const inputs = [
      from.name,
      ...this.#codesOf(from),
      this.#graph.addInteger(dims, codes),
      this.#graph.addConstant([filters], scales),
      this.#graph.addInteger([filters], new Int8Array(filters)),
      ...this.#codesOf(to),
      this.#graph.addInteger([filters], bias),
    ];
    return this.#push('QLinearConv', inputs, to, [...attributes, CHANNELS_LAST]);
  }

  #multiply(a: QuantisedValue, b: QuantisedValue, to: QuantisedValue): QuantisedValue {
    const inputs = [a.name, ...this.#codesOf(a), b.name, ...this.#codesOf(b), ...this.#codesOf(to)];
    return this.#push('QLinearMul', inputs, to);
  }

  #transpose(from: string, to: string, perm: number[]): void {
    this.nodes.push(makeNode('Transpose', [from], to, [{ name: 'perm', type: INTS, ints: perm }]));
  }

  #push(opType: string, input: string[], output: QuantisedValue, attributes: Attribute[] = []): QuantisedValue {
    this.nodes.push({ ...makeNode(opType, input, output.name, attributes), domain: DOMAIN });
    return output;
  }

  #codesOf({ scale, zero }: Grid): string[] {
    return [this.#graph.addConstant([], Float32Array.of(scale)), this.#graph.addInteger([], Uint8Array.of(zero))];
  }

  #value(grid: Grid): QuantisedValue {
    return { ...grid, name: this.#graph.newName('int8') };
  }
}
