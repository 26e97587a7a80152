/**
 * The detector ends in two transposed convolutions of 2 × 2 pixels and stride 2, with a normalisation and a rectifier
 * between, all on the largest planes of the network. Each such convolution writes every pixel of its output once: it is
 * a 1 × 1 convolution to four times the channels, shuffled. So both run on the small planes, as 1 × 1 convolutions in
 * ONNX Runtime's blocked layout, and one DepthToSpace shuffles the last channels by four.
 */
import { affineOf } from './fold-affine.ts';
import { type Graph, integers, makeNode, type Node } from './graph.ts';

/** Pixels that one pixel becomes, row by row. */
const PIXELS = 4;

interface Upscaling {
  readonly nodes: Node[];
  readonly output: string;
  /** By input channel, output channel and pixel. */
  readonly weights: Float32Array;
  readonly inputs: number;
  readonly bias: Float32Array;
}

/** @returns whether the network ended so. */
export function unrollUpscaling(graph: Graph): boolean {
  for (const node of graph.nodes) {
    const first = matchUpscaling(graph, node);
    const relu = first && graph.onlyConsumer(first.output);
    const next = relu?.opType === 'Relu' ? graph.onlyConsumer(relu.output[0]!) : undefined;
    const second = next ? matchUpscaling(graph, next) : null;
    const last = second && graph.onlyConsumer(second.output);
    if (!first || !relu || second?.bias.length !== 1 || last?.opType !== 'Sigmoid') continue;
    rewrite(graph, first, relu, second, last);
    return true;
  }
  return false;
}

function matchUpscaling(graph: Graph, node: Node): Upscaling | null {
  const weights = node.opType === 'ConvTranspose' ? graph.constants.get(node.input[1]!) : undefined;
  const isTwoByTwo =
    weights?.dims.slice(2).every((side) => side === 2) && integers(node, 'pads').every((pad) => pad === 0);
  if (!weights || !isTwoByTwo || node.input[2] || !integers(node, 'strides').every((stride) => stride === 2))
    return null;
  const [inputs, channels] = weights.dims as [number, number];
  if (weights.data.length !== inputs * channels * PIXELS) return null;
  const scale = new Float32Array(channels).fill(1);
  const bias = new Float32Array(channels);
  const nodes = [node];
  let output = node.output[0]!;
  for (;;) {
    const next = graph.onlyConsumer(output);
    const affine = next && affineOf(next, output, channels, graph);
    if (!next || !affine) break;
    for (let c = 0; c < channels; c++) {
      scale[c]! *= affine.scale[c]!;
      bias[c] = bias[c]! * affine.scale[c]! + affine.shift[c]!;
    }
    nodes.push(next);
    output = next.output[0]!;
  }
  const scaled = weights.data.map((w, i) => w * scale[Math.floor(i / PIXELS) % channels]!);
  return { nodes, output, weights: scaled, inputs, bias };
}

function rewrite(graph: Graph, first: Upscaling, relu: Node, second: Upscaling, sigmoid: Node): void {
  const channels = first.bias.length;
  const [wide, rectified, deep, mapped] = ['wide', 'rectified', 'deep', 'mapped'].map((kind) => graph.newName(kind));
  const place = first.nodes[0]!;
  const widened = new Float32Array(PIXELS * channels * first.inputs);
  for (let i = 0; i < first.inputs; i++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < PIXELS; p++)
        widened[(p * channels + c) * first.inputs + i] = first.weights[(i * channels + c) * PIXELS + p]!;
  const deepened = new Float32Array(PIXELS * PIXELS * PIXELS * channels);
  for (let p = 0; p < PIXELS; p++)
    for (let q = 0; q < PIXELS; q++)
      for (let c = 0; c < channels; c++)
        deepened[(placeOf(p, q) * PIXELS + p) * channels + c] = second.weights[c * PIXELS + q]!;
  const wideBias = Float32Array.from({ length: PIXELS * channels }, (_, i) => first.bias[i % channels]!);
  const deepBias = new Float32Array(PIXELS * PIXELS).fill(second.bias[0]!);
  graph.insertBefore(
    place,
    pointwise(graph, place.input[0]!, wide!, first.inputs, widened, wideBias),
    makeNode('Relu', [wide!], rectified!),
    pointwise(graph, rectified!, deep!, PIXELS * channels, deepened, deepBias),
    makeNode('Sigmoid', [deep!], mapped!),
    makeNode('DepthToSpace', [mapped!], sigmoid.output[0]!, [{ name: 'blocksize', type: 2, i: PIXELS }]),
  );
  graph.remove(...first.nodes, relu, ...second.nodes, sigmoid);
}

/** Where pixel q of pixel p lies among the 4 × 4 that one becomes. */
function placeOf(p: number, q: number): number {
  const row = 2 * (p >> 1) + (q >> 1);
  const column = 2 * (p & 1) + (q & 1);
  return PIXELS * row + column;
}

function pointwise(
  graph: Graph,
  input: string,
  output: string,
  inputs: number,
  weights: Float32Array,
  bias: Float32Array,
): Node {
  const dims = [bias.length, inputs, 1, 1];
  return makeNode('Conv', [input, graph.addConstant(dims, weights), graph.addConstant([bias.length], bias)], output, [
    { name: 'kernel_shape', type: 7, ints: [1, 1] },
  ]);
}
