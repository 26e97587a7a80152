/**
 * PP-OCR's files spell hard-swish, y = x · clip(x + 3, 0, 6) / 6, as four element-wise nodes, and PP-LCNetV3 scales
 * and shifts it by learnt constants in two more. ONNX Runtime's blocked layout knows none of them but a convolution with
 * a fused clip and a product of equal shapes; so y is rewritten as x · clip(dw(x), 0, 6k), where dw is a depthwise
 * 1 × 1 convolution with weight k and bias 3k. The shift moves into the convolution behind, or into a depthwise one.
 */
import { type Attribute, float, type Graph, integers, makeNode, type Node } from './graph.ts';

interface HardSwish {
  readonly nodes: Node[];
  readonly input: string;
  readonly output: string;
  /** y = x · clip(x + 3, 0, 6) · factor + shift. */
  readonly factor: number;
  readonly shift: number;
}

/** @returns how many were rewritten. */
export function blockHardSwish(graph: Graph, opset: number): number {
  let rewritten = 0;
  for (const clip of graph.nodes.filter((node) => node.opType === 'Clip')) {
    const match = matchHardSwish(graph, clip);
    const channels = match && channelsOf(graph, match.input);
    if (!match || !channels || match.factor <= 0) continue;
    rewrite(graph, match, channels, opset);
    rewritten++;
  }
  return rewritten;
}

function matchHardSwish(graph: Graph, clip: Node): HardSwish | null {
  const plus = graph.producer(clip.input[0]!);
  if (plus?.opType !== 'Add' || graph.onlyConsumer(plus.output[0]!) !== clip || !clipsZeroToSix(graph, clip))
    return null;
  const three = plus.input.find((input) => scalar(graph, input) === 3);
  const input = plus.input.find((value) => value !== three);
  const product = graph.onlyConsumer(clip.output[0]!);
  if (three === undefined || input === undefined || product?.opType !== 'Mul' || !product.input.includes(input))
    return null;
  const nodes = [plus, clip, product];
  let [factor, shift, output] = [1, 0, product.output[0]!];
  for (let next = graph.onlyConsumer(output); next; next = graph.onlyConsumer(output)) {
    const constant = next.input.map((value) => scalar(graph, value)).find((value) => value !== undefined);
    if (constant === undefined) break;
    if (next.opType === 'Mul') [factor, shift] = [factor * constant, shift * constant];
    else if (next.opType === 'Div' && next.input[0] === output) [factor, shift] = [factor / constant, shift / constant];
    else if (next.opType === 'Add') shift += constant;
    else break;
    nodes.push(next);
    output = next.output[0]!;
  }
  return { nodes, input, output, factor, shift };
}

function scalar(graph: Graph, name: string): number | undefined {
  const constant = graph.constants.get(name);
  return constant?.data.length === 1 ? constant.data[0] : undefined;
}

/** The bounds are attributes up to operator set 10 and inputs from 11 on. */
function clipsZeroToSix(graph: Graph, clip: Node): boolean {
  const [, min, max] = clip.input;
  if (min !== undefined && max !== undefined) return scalar(graph, min) === 0 && scalar(graph, max) === 6;
  return float(clip, 'min', -1) === 0 && float(clip, 'max', -1) === 6;
}

function channelsOf(graph: Graph, value: string): number | undefined {
  const producer = graph.producer(value);
  return producer?.opType === 'Conv' ? graph.constants.get(producer.input[1]!)?.dims[0] : undefined;
}

function rewrite(
  graph: Graph,
  { nodes, input, output, factor, shift }: HardSwish,
  channels: number,
  opset: number,
): void {
  const gate = graph.newName('gate');
  const clipped = graph.newName('clipped');
  const place = nodes[0]!;
  const readers = graph.consumers(output);
  const isAbsorbed =
    shift !== 0 &&
    readers.length > 0 &&
    !graph.outputs.includes(output) &&
    readers.every((reader) => isPointwise(graph, reader));
  const product = shift === 0 || isAbsorbed ? output : graph.newName('product');
  graph.insertBefore(
    place,
    depthwise(graph, input, gate, channels, factor, 3 * factor),
    clipNode(graph, gate, clipped, 6 * factor, opset),
    makeNode('Mul', [input, clipped], product),
  );
  if (isAbsorbed) for (const reader of readers) absorbShift(graph, reader, shift);
  else if (shift !== 0) graph.insertBefore(place, depthwise(graph, product, output, channels, 1, shift));
  graph.remove(...nodes);
}

/** A 1 × 1 convolution without padding sees only the values themselves, so a shift before it is a bias after it. */
function isPointwise(graph: Graph, node: Node): boolean {
  if (node.opType !== 'Conv' || !graph.constants.has(node.input[1]!)) return false;
  const kernel = graph.constants.get(node.input[1]!)!.dims.slice(2);
  return kernel.every((size) => size === 1) && integers(node, 'pads').every((pad) => pad === 0);
}

function absorbShift(graph: Graph, conv: Node, shift: number): void {
  const { dims, data } = graph.constants.get(conv.input[1]!)!;
  const filters = dims[0]!;
  const perFilter = data.length / filters;
  const old = conv.input[2] ? graph.constants.get(conv.input[2])!.data : new Float32Array(filters);
  const bias = old.map(
    (b, f) => b + shift * data.subarray(f * perFilter, (f + 1) * perFilter).reduce((sum, w) => sum + w, 0),
  );
  conv.input = [conv.input[0]!, conv.input[1]!, graph.addConstant([filters], bias)];
}

function depthwise(graph: Graph, input: string, output: string, channels: number, weight: number, bias: number): Node {
  const weights = graph.addConstant([channels, 1, 1, 1], new Float32Array(channels).fill(weight));
  const biases = graph.addConstant([channels], new Float32Array(channels).fill(bias));
  const INTS = 7;
  const attributes: Attribute[] = [
    { name: 'group', type: 2, i: channels },
    { name: 'kernel_shape', type: INTS, ints: [1, 1] },
    { name: 'pads', type: INTS, ints: [0, 0, 0, 0] },
    { name: 'strides', type: INTS, ints: [1, 1] },
  ];
  return makeNode('Conv', [input, weights, biases], output, attributes);
}

function clipNode(graph: Graph, input: string, output: string, max: number, opset: number): Node {
  if (opset < 11)
    return makeNode('Clip', [input], output, [
      { name: 'min', type: 1, f: 0 },
      { name: 'max', type: 1, f: max },
    ]);
  const bound = (value: number) => graph.addConstant([], Float32Array.of(value));
  return makeNode('Clip', [input, bound(0), bound(max)], output);
}
