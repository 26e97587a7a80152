/** Finds the ranges that quantise() needs, from what the float network gives on representative inputs. */
import type { Graph, Node } from './graph.ts';
import { matchGate } from './hard-swish-gate.ts';
import type { Calibration } from './quantise.ts';

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

/** Gathers the ranges of many runs. Padding is 0, so every range holds it. */
export class RangeCollector {
  readonly #ranges = new Map<string, { low: number[]; high: number[] }>();

  /** @param dims [N, C, …]. */
  add(value: string, data: Float32Array, dims: readonly number[]): void {
    const [images = 1, channels = 1, ...plane] = dims;
    const size = plane.reduce((product, side) => product * side, 1);
    const zeros = () => new Array<number>(channels).fill(0);
    const range = this.#ranges.get(value) ?? { low: zeros(), high: zeros() };
    this.#ranges.set(value, range);
    for (let i = 0; i < images * channels; i++) widen(range, i % channels, data.subarray(i * size, (i + 1) * size));
  }

  ranges(): Calibration {
    return Object.fromEntries(this.#ranges);
  }
}

function widen(range: { low: number[]; high: number[] }, channel: number, values: Float32Array): void {
  for (const value of values) {
    if (value < range.low[channel]!) range.low[channel] = value;
    else if (value > range.high[channel]!) range.high[channel] = value;
  }
}
