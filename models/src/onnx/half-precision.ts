/// <reference lib="esnext.float16" />
import { type Graph, makeNode, type Node } from './graph.ts';

const FLOAT = 1;
const FLOAT16 = 10;
const INT = 2;
/** Largest half-precision number. */
const LARGEST = 65_504;

/**
 * Means, squares and roots of a normalisation, and soft-max: sums and squares leave the range of a half, or its eleven
 * bits, long before products of weights do.
 */
const IN_FULL = new Set(['Softmax', 'ReduceMean', 'Pow', 'Sqrt']);

/**
 * Let a float network compute in half precision. Its input and outputs stay floats, so that whoever runs it need not
 * know, and so does what is in IN_FULL.
 * @param inputs names of the graph's float inputs.
 * @throws Error when a weight does not fit, or the graph makes floats in a way that is not known here.
 */
export function useHalfPrecision(graph: Graph, inputs: readonly string[]): void {
  const unknown = graph.nodes.find(makesFloats);
  if (unknown) throw new Error(`A ${unknown.opType} that makes floats is not known to half precision`);
  halveConstants(graph);
  for (const node of graph.nodes.filter(({ opType }) => IN_FULL.has(opType))) keepInFull(graph, node);
  for (const input of inputs) castInput(graph, input);
  for (const output of graph.outputs) castOutput(graph, output);
}

function makesFloats({ opType, attribute }: Node): boolean {
  const to = attribute.find(({ name }) => name === 'to')?.i;
  return opType === 'ConstantOfShape' || (opType === 'Cast' && Number(to) === FLOAT);
}

/** Those that IN_FULL and the scales of a Resize read stay as they are; others get a half-precision twin. */
function halveConstants(graph: Graph): void {
  const twins = new Map<string, string>();
  for (const node of graph.nodes.filter(({ opType }) => !IN_FULL.has(opType))) {
    node.input = node.input.map((input, place) => {
      const constant = graph.constants.get(input);
      if (!constant || (node.opType === 'Resize' && place > 0)) return input;
      const twin = twins.get(input) ?? graph.addHalf(constant.dims, toHalf(input, constant.data));
      twins.set(input, twin);
      return twin;
    });
  }
}

function toHalf(name: string, data: Float32Array): Uint16Array {
  if (data.some((value) => Math.abs(value) > LARGEST)) throw new Error(`${name} does not fit half precision`);
  return new Uint16Array(Float16Array.from(data).buffer);
}

function keepInFull(graph: Graph, node: Node): void {
  node.input = node.input.map((input) => {
    if (graph.constants.has(input) || graph.integers.has(input)) return input;
    const full = graph.newName('full');
    graph.insertBefore(node, cast(input, full, FLOAT));
    return full;
  });
  const [output] = node.output as [string];
  const full = graph.newName('full');
  node.output = [full];
  graph.nodes.splice(graph.nodes.indexOf(node) + 1, 0, cast(full, output, FLOAT16));
}

function castInput(graph: Graph, input: string): void {
  const half = graph.newName('half');
  for (const node of graph.consumers(input)) node.input = node.input.map((name) => (name === input ? half : name));
  graph.nodes.unshift(cast(input, half, FLOAT16));
}

/** The value keeps its name, and what computed it gets another: readers inside the graph want the half. */
function castOutput(graph: Graph, output: string): void {
  const half = graph.newName('half');
  const rename = (names: readonly string[]) => names.map((name) => (name === output ? half : name));
  for (const node of graph.nodes) {
    node.input = rename(node.input);
    node.output = rename(node.output);
  }
  graph.nodes.push(cast(half, output, FLOAT));
}

/** Named by both ends: the network may have a node that is named as what it gives. */
function cast(from: string, to: string, type: number): Node {
  return { ...makeNode('Cast', [from], to, [{ name: 'to', type: INT, i: type }]), name: `${from} to ${to}` };
}
