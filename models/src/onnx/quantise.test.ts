import { expect, test } from 'vitest';
import { RangeCollector, valuesToObserve } from './calibrate.ts';
import { type Attribute, Graph, makeNode, type Tensor } from './graph.ts';
import { runOnePixel } from './quantise.fixture.ts';
import { type Calibration, quantise } from './quantise.ts';

const CHANNELS = 3;
/** Channels whose ranges differ a hundredfold: one scale for all would lose the smallest. */
const SPREAD = [8, 0.8, 0.08];

/** in → convolution → hard-swish → convolution → out. */
function network(): Graph {
  const constants = new Map<string, Tensor>();
  const put = (name: string, dims: number[], data: number[]) => {
    constants.set(name, { dims, data: Float32Array.from(data) });
    return name;
  };
  const square = [CHANNELS, CHANNELS, 1, 1];
  const gateGroup: Attribute[] = [{ name: 'group', type: 2, i: CHANNELS }];
  const clip: Attribute[] = [
    { name: 'min', type: 1, f: 0 },
    { name: 'max', type: 1, f: 1 },
  ];
  const first = put(
    'first',
    square,
    SPREAD.flatMap((s, f) => SPREAD.map((_, i) => (f === i ? s : 0))),
  );
  const last = put(
    'last',
    square,
    SPREAD.flatMap((_, f) => SPREAD.map((s, i) => (f === i ? 1 : 0.3) / s)),
  );
  const nodes = [
    makeNode('Conv', ['in', first, put('bias0', [CHANNELS], [0, 0, 0])], 'x'),
    makeNode(
      'Conv',
      ['x', put('gate', [CHANNELS, 1, 1, 1], [1 / 6, 1 / 6, 1 / 6]), put('half', [CHANNELS], [0.5, 0.5, 0.5])],
      'g',
      gateGroup,
    ),
    makeNode('Clip', ['g'], 'c', clip),
    makeNode('Mul', ['x', 'c'], 'y'),
    makeNode('Conv', ['y', last, put('bias1', [CHANNELS], [0.1, -0.2, 0.3])], 'out'),
  ];
  return new Graph(nodes, constants, ['out']);
}

const INPUTS = Array.from({ length: 40 }, (_, k) => [0, 1, 2].map((c) => Math.sin(k * (c + 1.7))));

function rangesOf(graph: Graph): Calibration {
  const collector = new RangeCollector();
  for (const input of INPUTS) {
    const values = runOnePixel(graph, { in: input });
    for (const name of valuesToObserve(graph, 'x'))
      collector.add(name, Float32Array.from(values.get(name)!), [1, CHANNELS, 1, 1]);
  }
  return collector.ranges();
}

test('observes the inputs and outputs of what can be quantised, not the inside of a hard-swish', () => {
  expect(valuesToObserve(network(), 'x')).toEqual(['x', 'y', 'out']);
  expect(() => valuesToObserve(network(), 'nothing')).toThrow('nothing');
});

test('collects low and high by channel, and 0 belongs to every range', () => {
  const collector = new RangeCollector();
  collector.add('v', Float32Array.of(1, 3, -2, -4), [1, 2, 1, 2]);
  collector.add('v', Float32Array.of(5, 7, 0, 2), [1, 2, 1, 2]);
  expect(collector.ranges()).toEqual({ v: { low: [0, -4], high: [7, 2] } });
});

/** Largest difference of any output of the two. */
function difference(float: Graph, other: Graph): number {
  const outputs = (graph: Graph, input: number[]) => runOnePixel(graph, { in: input }).get('out')!;
  return Math.max(
    ...INPUTS.flatMap((input) => outputs(float, input).map((value, c) => Math.abs(value - outputs(other, input)[c]!))),
  );
}

test('the 8-bit network answers as the float one, although channels differ a hundredfold', () => {
  const quantised = network();
  expect([...quantise(quantised, rangesOf(network())).keys()]).toEqual(['x', 'y', 'out']);
  expect(quantised.nodes.filter((node) => node.opType === 'Conv')).toHaveLength(1);
  expect(difference(network(), quantised)).toBeLessThan(0.06);
});

test('a filter of zeros still gives its bias', () => {
  const dead = () => {
    const graph = network();
    graph.constants.get('last')!.data.fill(0, 0, CHANNELS);
    return graph;
  };
  const quantised = dead();
  quantise(quantised, rangesOf(dead()));
  const [first] = runOnePixel(quantised, { in: [0.5, 0.5, 0.5] }).get('out')!;
  expect(first).toBeCloseTo(0.1, 2);
});

test('a known drift is taken off', () => {
  const ranges = rangesOf(network());
  const corrected = network();
  quantise(corrected, { ...ranges, out: { ...ranges.out!, drift: [-0.2, 0, 0] } });
  const plain = network();
  quantise(plain, ranges);
  const [shifted, as] = [corrected, plain].map((graph) => runOnePixel(graph, { in: [0, 0, 0] }).get('out')!);
  expect(shifted![0]! - as![0]!).toBeCloseTo(0.2, 1);
  expect(shifted!.slice(1)).toEqual(as!.slice(1));
});

test('what has no range stays as it is', () => {
  const graph = network();
  const before = [...graph.nodes];
  expect(quantise(graph, {}).size).toBe(0);
  expect(graph.nodes).toEqual(before);
});
