import type { Graph } from './graph.ts';

/**
 * Cut a classifier down to some of its classes: the graph must end in MatMul → Add → Softmax over constant weights.
 * The soft-max then runs over the classes that are left, so what it gives is still a probability.
 * @param classes indexes to keep, in their new order.
 * @throws Error when the graph does not end so.
 */
export function cutClasses(graph: Graph, classes: readonly number[]): void {
  const softmax = graph.producer(graph.outputs[0]!);
  const add = softmax && graph.producer(softmax.input[0]!);
  const product = add?.input.map((input) => graph.producer(input)).find((node) => node?.opType === 'MatMul');
  const biasName = add?.input.find((input) => graph.constants.has(input));
  const weights = product && graph.constants.get(product.input[1]!);
  const bias = biasName === undefined ? undefined : graph.constants.get(biasName);
  if (softmax?.opType !== 'Softmax' || !add || !product || !weights || !bias) {
    throw new Error('The network does not end in MatMul, Add and Softmax over constant weights');
  }
  const [rows, columns] = weights.dims as [number, number];
  const cut = new Float32Array(rows * classes.length);
  for (let row = 0; row < rows; row++) {
    for (const [i, index] of classes.entries()) cut[row * classes.length + i] = weights.data[row * columns + index]!;
  }
  product.input = [product.input[0]!, graph.addConstant([rows, classes.length], cut)];
  const cutBias = graph.addConstant(
    [classes.length],
    Float32Array.from(classes, (index) => bias.data[index]!),
  );
  add.input = add.input.map((input) => (input === biasName ? cutBias : input));
}
