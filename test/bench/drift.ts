/** What rounding adds to the mean of every 8-bit layer's values, by channel. */
import { loadObserved, type ObservedTensor } from '@edge-ocr/gpu-node/inference/onnx';
import type { FloatTensor } from '@edge-ocr/gpu-node/inference/tensor';
import type { ChannelRange, QuantisedValue } from '@edge-ocr/models/onnx/code-grid';
import type { Graph } from '@edge-ocr/models/onnx/graph';
import { matchGate } from '@edge-ocr/models/onnx/hard-swish-gate';
import { decodeModel } from '@edge-ocr/models/onnx/model-file';
import { type Calibration, HARD_SWISH_FLOOR, quantise } from '@edge-ocr/models/onnx/quantise';
import { rounded } from './figures.ts';

const THREADS = 2;

/** @param bytes the float network. */
export async function correctDrift(bytes: Uint8Array, ranges: Calibration, batches: readonly FloatTensor[]) {
  const { graph, encode } = decodeModel(bytes);
  const layers = graph.nodes.flatMap(({ opType, output }) => (opType === 'Conv' && ranges[output[0]!] ? output : []));
  // What is floored is compared floored, as the 8-bit value is.
  const floors = new Map(layers.map((layer) => [layer, feedsHardSwish(graph, layer) ? HARD_SWISH_FLOOR : -Infinity]));
  const target = await means(encode(layers), batches, (layer, tensor) => floatMeans(tensor, floors.get(layer)!));
  const calibration: Record<string, ChannelRange> = { ...ranges };
  const drift: Record<string, number> = {};
  // The first is a float convolution still.
  for (const layer of layers.slice(1)) {
    const model = decodeModel(bytes);
    const value = quantise(model.graph, calibration).get(layer);
    if (!value) throw new Error(`${layer} has a range but no 8-bit form`);
    const seen = await means(model.encode([value.name]), batches, (_, t) => codeMeans(t, value, floors.get(layer)!));
    const excess = seen[value.name]!.map((mean, c) => mean - target[layer]![c]!);
    calibration[layer] = { ...ranges[layer]!, drift: excess };
    const inCodes = excess.map((e, c) => e / value.units[c]! / value.scale);
    drift[layer] = rounded(Math.sqrt(inCodes.reduce((sum, e) => sum + e * e, 0) / excess.length), 2);
  }
  return { calibration: calibration satisfies Calibration, drift };
}

function feedsHardSwish(graph: Graph, value: string): boolean {
  return graph.consumers(value).some((reader) => matchGate(graph, reader));
}

/** Means by channel of every output over all batches, each weighed by its pixels. */
async function means(
  bytes: Uint8Array,
  batches: readonly FloatTensor[],
  meansOf: (name: string, tensor: ObservedTensor) => number[],
): Promise<Record<string, number[]>> {
  const run = await loadObserved(bytes, THREADS);
  const sums: Record<string, number[]> = {};
  let pixels = 0;
  for (const batch of batches) {
    const weight = batch.data.length;
    pixels += weight;
    for (const [name, tensor] of Object.entries(await run(batch))) {
      sums[name] = meansOf(name, tensor).map((mean, c) => (sums[name]?.[c] ?? 0) + weight * mean);
    }
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum.map((s) => s / pixels)]));
}

/** NCHW. */
function floatMeans({ data, dims }: ObservedTensor, floor: number): number[] {
  const [images, channels, height, width] = dims as [number, number, number, number];
  const plane = height * width;
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < data.length; i++) sums[Math.floor(i / plane) % channels]! += Math.max(data[i]!, floor);
  return sums.map((sum) => sum / (images * plane));
}

/** NHWC. */
function codeMeans({ data }: ObservedTensor, { units, scale, zero }: QuantisedValue, floor: number): number[] {
  const lowest = units.map((unit) => zero + floor / (unit * scale));
  const sums = new Array<number>(units.length).fill(0);
  for (let i = 0, c = 0; i < data.length; i++, c = (c + 1) % units.length) sums[c]! += Math.max(data[i]!, lowest[c]!);
  return sums.map((sum, c) => units[c]! * scale * ((sum * units.length) / data.length - zero));
}
