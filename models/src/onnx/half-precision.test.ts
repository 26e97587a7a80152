/// <reference lib="esnext.float16" />
import { describe, expect, test } from 'vitest';
import { Graph, makeNode } from './graph.ts';
import { useHalfPrecision } from './half-precision.ts';

/** x · w, scaled up by a Resize, and a soft-max. */
function network(weight: number): Graph {
  const constants = new Map([
    ['w', { dims: [1], data: Float32Array.of(weight) }],
    ['scales', { dims: [2], data: Float32Array.of(1, 2) }],
  ]);
  const nodes = [
    makeNode('Mul', ['x', 'w'], 'product'),
    makeNode('Resize', ['product', '', 'scales'], 'larger'),
    makeNode('Softmax', ['larger'], 'y'),
  ];
  return new Graph(nodes, constants, ['y']);
}

describe('useHalfPrecision', () => {
  test('weights are halves; input, output, soft-max and scales stay floats', () => {
    const graph = network(1 / 3);
    useHalfPrecision(graph, ['x']);
    const types = graph.nodes.map(({ opType, attribute }) => (opType === 'Cast' ? Number(attribute[0]!.i) : opType));
    expect(types).toEqual([10, 'Mul', 'Resize', 1, 'Softmax', 10, 1]);
    expect(graph.nodes[0]!.input).toEqual(['x']);
    expect(graph.nodes.at(-1)!.output).toEqual(['y']);
    const [, product, resize] = graph.nodes;
    expect(resize!.input[2]).toBe('scales');
    const half = graph.integers.get(product!.input[1]!)!.data as Uint16Array;
    expect(new Float16Array(half.buffer)[0]).toBeCloseTo(1 / 3, 3);
    // Each value is made before it is read, by one node.
    const made = ['x', '', ...graph.constants.keys(), ...graph.integers.keys()];
    for (const { input, output } of graph.nodes) {
      expect(input.filter((name) => !made.includes(name))).toEqual([]);
      made.push(...output);
    }
    expect(new Set(made).size).toBe(made.length);
  });

  test('a weight that does not fit is refused', () => {
    expect(() => useHalfPrecision(network(70_000), ['x'])).toThrow('w does not fit half precision');
  });

  test('so are floats made in ways that are not known', () => {
    const graph = network(1);
    graph.nodes.push(makeNode('Cast', ['codes'], 'z', [{ name: 'to', type: 2, i: 1 }]));
    expect(() => useHalfPrecision(graph, ['x'])).toThrow('A Cast that makes floats');
  });
});
