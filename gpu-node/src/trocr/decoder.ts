/** The decoder of a model in the layout of the hubs, one token a step, with what it remembers of the steps before. */
import { type Graph, type GraphTensor, graphTensor } from '../inference/onnx.ts';

/** Either one graph with a switch (decoder_model_merged), or one for the first step and one for the others. */
export interface DecoderGraphs {
  readonly first: Graph;
  readonly next: Graph;
}

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/**
 * Sequences that are made together. Keys and values stay the tensors that the runtime gave: they are handed back as they are
 * unless rows change their places or leave.
 */
export class DecodingBatch {
  readonly #graphs: DecoderGraphs;
  readonly #hidden: GraphTensor;
  /** By name of the input; empty before the first step. */
  #past: Record<string, GraphTensor> = {};
  /** Which row of the encoder's output each row looks at. */
  #imageOfRow: number[];

  /** @param hidden the encoder's output, [images, patches, width]. */
  constructor(graphs: DecoderGraphs, hidden: GraphTensor) {
    this.#graphs = graphs;
    this.#hidden = hidden;
    this.#imageOfRow = Array.from({ length: hidden.dims[0]! }, (_, image) => image);
  }

  /** @param tokens the last of each row. @returns logits of what comes next, one array a row. */
  async step(tokens: readonly number[]): Promise<Float32Array[]> {
    const isFirst = Object.keys(this.#past).length === 0;
    const graph = isFirst ? this.#graphs.first : this.#graphs.next;
    const outputs = await graph.run(this.#inputs(graph, tokens, isFirst));
    this.#remember(outputs, isFirst);
    const logits = outputs.logits!;
    const [rows, length, vocabulary] = logits.dims as [number, number, number];
    const values = asFloat32(logits.data);
    return Array.from({ length: rows }, (_, row) => {
      const from = ((row + 1) * length - 1) * vocabulary;
      return values.subarray(from, from + vocabulary);
    });
  }

  /** Let row i go on from what is now row `rows[i]`; rows that are not named leave. */
  arrange(rows: readonly number[]): void {
    const images = rows.map((row) => this.#imageOfRow[row]!);
    const sameRows = isIdentity(rows, this.#imageOfRow.length);
    const sameImages = images.length === this.#imageOfRow.length && images.every((m, i) => m === this.#imageOfRow[i]);
    for (const [name, tensor] of Object.entries(this.#past)) {
      // Beams of one image look at the same picture: what is remembered of it need not change places with them.
      const isInPlace = name.includes('.encoder.') ? sameImages : sameRows;
      if (!isInPlace) this.#past[name] = takeRows(tensor, rows);
    }
    this.#imageOfRow = images;
  }

  #inputs(graph: Graph, tokens: readonly number[], isFirst: boolean): Record<string, GraphTensor> {
    const ids = BigInt64Array.from(tokens, BigInt);
    const known: Record<string, GraphTensor> = {
      input_ids: graphTensor('int64', ids, [tokens.length, 1]),
      encoder_hidden_states: this.#hidden,
      use_cache_branch: graphTensor('bool', Uint8Array.of(isFirst ? 0 : 1), [1]),
      ...this.#past,
    };
    const named = graph.inputNames.map(
      (name) => [name, known[name] ?? nothingYet(graph, name, tokens.length)] as const,
    );
    return Object.fromEntries(named);
  }

  /** What a later step says of the picture is left out or empty: it does not change after the first. */
  #remember(outputs: Record<string, GraphTensor>, isFirst: boolean): void {
    for (const [name, tensor] of Object.entries(outputs)) {
      if (!name.startsWith(PRESENT)) continue;
      if (isFirst || !name.includes('.encoder.')) this.#past[PAST + name.slice(PRESENT.length)] = tensor;
    }
  }
}

/** A merged decoder wants keys and values at its first step, too: of no steps at all. */
function nothingYet(graph: Graph, name: string, rows: number): GraphTensor {
  const input = graph.inputs[name];
  if (!input || !name.startsWith(PAST)) throw new Error(`The decoder has an input that is not known: ${name}`);
  const [, heads, , width] = input.shape;
  const type = input.type === 'float16' ? 'float16' : 'float32';
  return graphTensor(type, type === 'float16' ? new Float16Array(0) : new Float32Array(0), [
    rows,
    Number(heads),
    0,
    Number(width),
  ]);
}

function isIdentity(rows: readonly number[], count: number): boolean {
  return rows.length === count && rows.every((row, i) => row === i);
}

/** A tensor of some rows of another. Reads and writes on the CPU; a tensor on a device is brought from there by `data`. */
function takeRows(tensor: GraphTensor, rows: readonly number[]): GraphTensor {
  const type = tensor.type === 'float16' ? 'float16' : 'float32';
  const source = tensor.data as Float32Array;
  const [, ...inner] = tensor.dims;
  const size = inner.reduce((product, side) => product * side, 1);
  const Numbers = source.constructor as Float32ArrayConstructor;
  const target = new Numbers(rows.length * size);
  for (const [i, row] of rows.entries()) target.set(source.subarray(row * size, (row + 1) * size), i * size);
  return graphTensor(type, target, [rows.length, ...inner]);
}

function asFloat32(data: GraphTensor['data']): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data as unknown as Float16Array);
}
