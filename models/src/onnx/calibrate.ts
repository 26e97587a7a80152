/** Finds the ranges that quantise() needs, by running the float network on representative inputs. */
import type { Graph, Node } from './graph.ts';
import { matchGate } from './hard-swish-gate.ts';
import type { ChannelRange, Ranges } from './quantise.ts';

/** A value as the network gave it: row-major, [N, C, H, W]. */
export interface ObservedTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/**
 * The values of the convolutional part behind one of its convolutions, in order; it ends where nothing is left that
 * quantise() has an 8-bit form of. The first layers are best left in float: they are cheap and lose most.
 * @param from the output of a convolution that feeds a hard-swish.
 * @throws Error when no node gives `from`.
 */
export function valuesToObserve(graph: Graph, from: string): string[] {
  if (!graph.producer(from)) throw new Error(`The network has no value ${from}`);
  const reached = new Set([from]);
  const observed = [from];
  for (const node of graph.nodes) {
    const values = observedOf(graph, node, reached);
    if (node.opType !== 'GlobalAveragePool') for (const value of values) reached.add(value);
    observed.push(...values);
  }
  return observed;
}

function observedOf(graph: Graph, node: Node, reached: ReadonlySet<string>): string[] {
  if (!node.input.some((input) => reached.has(input))) return [];
  const gate = matchGate(graph, node);
  if (gate) return [gate.output];
  if (node.opType === 'Conv' || node.opType === 'GlobalAveragePool') return [...node.output];
  const gain = node.input.find((input) => graph.producer(input)?.opType === 'HardSigmoid');
  return node.opType === 'Mul' && gain !== undefined ? [gain, ...node.output] : [];
}

interface Sums {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly sum: Float64Array;
  /** Values a channel so far. */
  count: number;
}

/** Gathers the ranges of many runs. */
export class RangeCollector {
  readonly #sums = new Map<string, Sums>();

  add(value: string, { data, dims }: ObservedTensor): void {
    const [images = 1, channels = 1, ...plane] = dims;
    const size = plane.reduce((product, side) => product * side, 1);
    const sums = this.#sums.get(value) ?? emptySums(channels);
    this.#sums.set(value, sums);
    for (let i = 0; i < images * channels; i++) addPlane(sums, i % channels, data.subarray(i * size, (i + 1) * size));
    sums.count += images * size;
  }

  /** Four significant digits: finer than the codes, and short in a file. */
  ranges(): Ranges {
    return Object.fromEntries([...this.#sums].map(([value, sums]) => [value, rangeOf(sums)]));
  }
}

/** Padding is 0, so every range holds it. */
function emptySums(channels: number): Sums {
  const zeros = () => new Float64Array(channels);
  return { low: zeros(), high: zeros(), sum: zeros(), count: 0 };
}

function addPlane(sums: Sums, channel: number, values: Float32Array): void {
  let low = sums.low[channel]!;
  let high = sums.high[channel]!;
  let sum = 0;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
  }
  sums.low[channel] = low;
  sums.high[channel] = high;
  sums.sum[channel]! += sum;
}

function rangeOf({ low, high, sum, count }: Sums): ChannelRange {
  const short = (values: Float64Array) => Array.from(values, (value) => Number(value.toPrecision(4)));
  return { low: short(low), high: short(high), mean: short(sum.map((value) => value / count)) };
}

/**
 * @param run one run of the float network whose outputs are the values of valuesToObserve (OnnxModel.encode gives it).
 * @param inputs batches as the network gets them in use.
 */
export async function calibrate<Input>(
  run: (input: Input) => Promise<Readonly<Record<string, ObservedTensor>>>,
  inputs: Iterable<Input> | AsyncIterable<Input>,
): Promise<Ranges> {
  const collector = new RangeCollector();
  for await (const input of inputs) {
    for (const [value, tensor] of Object.entries(await run(input))) collector.add(value, tensor);
  }
  return collector.ranges();
}
