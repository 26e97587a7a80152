import { expect, test } from 'vitest';
import { calibrate, RangeCollector, valuesToObserve } from './calibrate.ts';
import { type Attribute, Graph, makeNode, type Tensor } from './graph.ts';
import { runOnePixel } from './quantise.fixture.ts';
import { quantise } from './quantise.ts';

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

async function rangesOf(graph: Graph) {
  const observed = valuesToObserve(graph, 'x');
  const run = async (input: number[]) => {
    const values = runOnePixel(graph, { in: input });
    return Object.fromEntries(
      observed.map((name) => [name, { data: Float32Array.from(values.get(name)!), dims: [1, CHANNELS, 1, 1] }]),
    );
  };
  return calibrate(run, INPUTS);
}

test('observes the inputs and outputs of what can be quantised, not the inside of a hard-swish', () => {
  expect(valuesToObserve(network(), 'x')).toEqual(['x', 'y', 'out']);
  expect(() => valuesToObserve(network(), 'nothing')).toThrow('nothing');
});

test('collects low, high and mean by channel, and 0 belongs to every range', () => {
  const collector = new RangeCollector();
  collector.add('v', { data: Float32Array.of(1, 3, -2, -4), dims: [1, 2, 1, 2] });
  collector.add('v', { data: Float32Array.of(5, 7, 0, 2), dims: [1, 2, 1, 2] });
  expect(collector.ranges()).toEqual({ v: { low: [0, -4], high: [7, 2], mean: [4, -1] } });
});

test('the 8-bit network answers as the float one, although channels differ a hundredfold', async () => {
  const float = network();
  const quantised = network();
  expect(quantise(quantised, await rangesOf(float))).toBe(1);
  expect(quantised.nodes.filter((node) => node.opType === 'Conv')).toHaveLength(1);
  for (const input of INPUTS) {
    const expected = runOnePixel(float, { in: input }).get('out')!;
    const actual = runOnePixel(quantised, { in: input }).get('out')!;
    for (const [c, value] of actual.entries()) expect(Math.abs(value - expected[c]!)).toBeLessThan(0.05);
  }
});

test('what has no range stays as it is', () => {
  const graph = network();
  const before = [...graph.nodes];
  expect(quantise(graph, {})).toBe(0);
  expect(graph.nodes).toEqual(before);
});

test('the mean error of rounded weights is taken off the bias', async () => {
  const [float, plain, corrected] = [network(), network(), network()];
  const ranges = await rangesOf(float);
  const error = async (graph: Graph, known: typeof ranges) => {
    quantise(graph, known);
    const differences = INPUTS.map(
      (input) => runOnePixel(graph, { in: input }).get('out')![0]! - runOnePixel(float, { in: input }).get('out')![0]!,
    );
    return Math.abs(differences.reduce((sum, d) => sum + d, 0) / INPUTS.length);
  };
  const blind = { ...ranges, y: { ...ranges.y!, mean: [0, 0, 0] } };
  expect(await error(corrected, ranges)).toBeLessThanOrEqual((await error(plain, blind)) + 1e-9);
});
