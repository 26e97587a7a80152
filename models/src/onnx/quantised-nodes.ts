/** Writes the 8-bit nodes. All are of com.microsoft, whose convolution takes NHWC and exists beside any operator set. */
import type { Graph, Node, Tensor } from './graph.ts';
import type { HardSwishGate } from './hard-swish-gate.ts';
import type { ChannelRange } from './quantise.ts';

export const DOMAIN = 'com.microsoft';

/** real = units[channel] · scale · (code − zero). */
export interface QuantisedValue {
  readonly name: string;
  readonly scale: number;
  readonly zero: number;
  readonly units: readonly number[];
}

/** How far the channels' ranges are evened out: 0 not at all, 1 wholly. Found on evidence: docs/decisions/009-int8.md. */
const EQUALISATION = 0.75;
/** A channel that calibration saw silent still has this share of the widest channel's range. */
const LEAST_SHARE = 0.01;
const CODES = 255;
const WEIGHT_CODES = 127;
const SIX = 6;

export class QuantisedNodes {
  readonly nodes: Node[] = [];
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  convolution(
    node: Node,
    from: QuantisedValue,
    range: ChannelRange,
    mean: readonly number[] | undefined,
    weights: Tensor,
    bias?: Float32Array,
  ): QuantisedValue {
    const to = this.#value(range);
    const rounded = roundWeights(weights, bias, from, to.units, mean);
    const kept = node.attribute.filter(({ name }) => ['group', 'strides', 'pads', 'kernel_shape'].includes(name));
    this.#convolve(from, to, rounded, weights.dims, kept);
    return to;
  }

  entrance(node: Node, range: ChannelRange): QuantisedValue {
    const to = this.#value(range);
    const { dims, data } = this.#graph.constants.get(node.input[1]!)!;
    const perFilter = data.length / dims[0]!;
    const bias = this.#graph.constants.get(node.input[2] ?? '')?.data ?? new Float32Array(dims[0]!);
    const input = [
      node.input[0]!,
      this.#graph.addConstant(
        dims,
        data.map((w, i) => w / to.units[Math.floor(i / perFilter)]!),
      ),
      this.#graph.addConstant(
        [dims[0]!],
        bias.map((b, f) => b / to.units[f]!),
      ),
    ];
    const scaled = this.#graph.newName('scaled');
    this.nodes.push({ ...node, name: scaled, input, output: [scaled] });
    this.#quantise(scaled, to);
    return to;
  }

  hardSwish({ factor }: HardSwishGate, x: QuantisedValue, range: ChannelRange, input: ChannelRange): QuantisedValue {
    const to = this.#value(range);
    const ones = x.units.map(() => 1);
    const gate = this.#named((SIX * factor) / CODES, 0, ones);
    this.#rescale(x, gate, factor, (SIX / 2) * factor);
    const factorOfProduct = this.#value(input, to.units);
    this.#rescale(x, factorOfProduct, 1, 0);
    this.#multiply(factorOfProduct, gate, to);
    return to;
  }

  pool(from: QuantisedValue, range: ChannelRange): QuantisedValue {
    const to = this.#value(range, from.units);
    this.#push('QLinearGlobalAveragePool', [from.name, ...this.#parameters(from), ...this.#parameters(to)], to.name, [
      { name: 'channels_last', type: 2, i: 1 },
    ]);
    return to;
  }

  product(from: QuantisedValue, float: string, gain: ChannelRange, range: ChannelRange): QuantisedValue {
    const by = this.#value(
      gain,
      gain.low.map(() => 1),
    );
    this.#quantise(float, by);
    const to = this.#value(range, from.units);
    this.#multiply(from, by, to);
    return to;
  }

  dequantise({ name, scale, zero, units }: QuantisedValue, output: string): void {
    const moved = this.#graph.newName('nchw');
    this.#transpose(name, moved, [0, 3, 1, 2]);
    const scales = this.#graph.addConstant(
      [units.length],
      Float32Array.from(units, (u) => u * scale),
    );
    const zeros = this.#graph.addInteger([units.length], new Uint8Array(units.length).fill(zero));
    this.#push('DequantizeLinear', [moved, scales, zeros], output, [{ name: 'axis', type: 2, i: 1 }]);
  }

  #quantise(float: string, to: QuantisedValue): void {
    const codes = this.#graph.newName('codes');
    this.#push('QuantizeLinear', [float, ...this.#parameters(to)], codes);
    this.#transpose(codes, to.name, [0, 2, 3, 1]);
  }

  /** by · real + plus, in the units of `to`: a depthwise 1 × 1 convolution, the cheapest element-wise kernel there is. */
  #rescale(from: QuantisedValue, to: QuantisedValue, by: number, plus: number): void {
    const dims = [from.units.length, 1, 1, 1];
    const weights = { dims, data: new Float32Array(dims[0]!).fill(by) };
    const bias = new Float32Array(dims[0]!).fill(plus);
    const rounded = roundWeights(weights, bias, from, to.units, undefined);
    this.#convolve(from, to, rounded, dims, [
      { name: 'group', type: 2, i: dims[0] },
      { name: 'kernel_shape', type: 7, ints: [1, 1] },
    ]);
  }

  #convolve(
    from: QuantisedValue,
    to: QuantisedValue,
    { codes, scales, bias }: RoundedWeights,
    dims: readonly number[],
    attribute: Node['attribute'],
  ): void {
    const filters = dims[0]!;
    const inputs = [
      from.name,
      ...this.#parameters(from),
      this.#graph.addInteger(dims, codes),
      this.#graph.addConstant([filters], scales),
      this.#graph.addInteger([filters], new Int8Array(filters)),
      ...this.#parameters(to),
      this.#graph.addInteger([filters], bias),
    ];
    this.#push('QLinearConv', inputs, to.name, [...attribute, { name: 'channels_last', type: 2, i: 1 }]);
  }

  #multiply(a: QuantisedValue, b: QuantisedValue, to: QuantisedValue): void {
    const inputs = [a.name, ...this.#parameters(a), b.name, ...this.#parameters(b), ...this.#parameters(to)];
    this.#push('QLinearMul', inputs, to.name);
  }

  #transpose(from: string, to: string, perm: number[]): void {
    const attribute = [{ name: 'perm', type: 7, ints: perm }];
    this.nodes.push({ name: to, opType: 'Transpose', input: [from], output: [to], attribute });
  }

  #push(opType: string, input: string[], output: string, attribute: Node['attribute'] = []): void {
    this.nodes.push({ name: output, opType, domain: DOMAIN, input, output: [output], attribute });
  }

  #parameters({ scale, zero }: QuantisedValue): string[] {
    return [this.#graph.addConstant([], Float32Array.of(scale)), this.#graph.addInteger([], Uint8Array.of(zero))];
  }

  /** Codes that cover a range; 0 has a code of its own, because padding is 0. */
  #value({ low, high }: ChannelRange, units: readonly number[] = unitsOf(low, high)): QuantisedValue {
    const least = Math.min(0, ...low.map((value, c) => value / units[c]!));
    const most = Math.max(0, ...high.map((value, c) => value / units[c]!));
    const scale = Math.max((most - least) / CODES, 1e-12);
    return this.#named(scale, Math.min(CODES, Math.round(-least / scale)), units);
  }

  #named(scale: number, zero: number, units: readonly number[]): QuantisedValue {
    return { name: this.#graph.newName('int8'), scale, zero, units };
  }
}

function unitsOf(low: readonly number[], high: readonly number[]): number[] {
  const widths = low.map((value, c) => Math.max(-value, high[c]!));
  const floor = Math.max(LEAST_SHARE * Math.max(...widths), 1e-9);
  return widths.map((width) => Math.max(width, floor) ** EQUALISATION);
}

interface RoundedWeights {
  readonly codes: Int8Array;
  /** By filter. */
  readonly scales: Float32Array;
  readonly bias: Int32Array;
}

/** @param mean of each input channel, in real numbers: what rounding adds to the mean is taken off the bias. */
function roundWeights(
  { dims, data }: Tensor,
  bias: Float32Array | undefined,
  from: QuantisedValue,
  to: readonly number[],
  mean: readonly number[] | undefined,
): RoundedWeights {
  const filters = dims[0]!;
  const perFilter = data.length / filters;
  const perChannel = perFilter / dims[1]!;
  const isDepthwise = dims[1] === 1 && filters === from.units.length;
  const [codes, scales, biases] = [new Int8Array(data.length), new Float32Array(filters), new Int32Array(filters)];
  for (let f = 0; f < filters; f++) {
    const channel = (i: number) => (isDepthwise ? f : Math.floor(i / perChannel));
    const row = Array.from(data.subarray(f * perFilter, (f + 1) * perFilter), (w, i) => {
      return (w * from.units[channel(i)]!) / to[f]!;
    });
    const scale = Math.fround(Math.max(...row.map(Math.abs), 1e-12) / WEIGHT_CODES);
    let drift = 0;
    for (const [i, w] of row.entries()) {
      const code = Math.round(w / scale);
      codes[f * perFilter + i] = code;
      drift += ((code * scale - w) * (mean?.[channel(i)] ?? 0)) / from.units[channel(i)]!;
    }
    scales[f] = scale;
    biases[f] = clampToInt32(((bias?.[f] ?? 0) / to[f]! - drift) / (from.scale * scale));
  }
  return { codes, scales, bias: biases };
}

function clampToInt32(value: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.round(value)));
}
