/** The only file that imports ONNX Runtime. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Execution, ON_CPU, providerOptions } from './execution.ts';
import { type PlacedNode, placedNodes } from './placement.ts';
import type { FloatTensor } from './tensor.ts';

/** A loaded network with one input and one output. */
export interface Network {
  /**
   * Run the network. onnxruntime-node 1.30 runs on the calling thread and blocks it (its promise resolves at once):
   * call this on a worker thread only.
   */
  run(input: FloatTensor): Promise<FloatTensor>;
}

/**
 * @param file path of an ONNX model with one float input and one float output.
 * @param threads inside one run, on the CPU.
 * @throws Error when the file or the execution provider does not load.
 */
export async function loadNetwork(file: string, threads: number, execution = ON_CPU): Promise<Network> {
  const session = await InferenceSession.create(file, optionsFor(threads, execution));
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  if (inputName === undefined || outputName === undefined) throw new Error(`${file} has no input or no output`);
  return {
    async run(input) {
      const outputs = await session.run({ [inputName]: toOnnx(input) });
      const output = outputs[outputName] as Tensor;
      return { data: output.data as Float32Array, dims: output.dims };
    },
  };
}

/** Numbers as networks take them; of half-precision ones `data` is a Float16Array, of whole ones a BigInt64Array. */
export type GraphTensor = Tensor;

export interface Graph {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Shapes of the inputs, names where a dimension may be any; and the types of their numbers. */
  readonly inputs: Readonly<Record<string, { type: string; shape: readonly (number | string)[] }>>;
  /** As Network.run, with tensors by name; an output may be given back as an input as it is. */
  run(inputs: Readonly<Record<string, GraphTensor>>): Promise<Record<string, GraphTensor>>;
  close(): Promise<void>;
}

export interface GraphOptions {
  /** Inside one run, on the CPU. */
  readonly threads: number;
  readonly execution?: Execution | undefined;
}

/**
 * @param file path of an ONNX model with any inputs and outputs.
 * @throws Error when the file or an execution provider does not load.
 */
export async function loadGraph(file: string, { threads, execution = ON_CPU }: GraphOptions): Promise<Graph> {
  const session = await InferenceSession.create(file, optionsFor(threads, execution));
  const inputs = session.inputMetadata.flatMap((input) =>
    input.isTensor ? [[input.name, { type: input.type, shape: input.shape }] as const] : [],
  );
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputs: Object.fromEntries(inputs),
    async run(feeds) {
      const readable = Object.entries(feeds).map(([name, tensor]) => [name, withReadableHalves(tensor)] as const);
      return (await session.run(Object.fromEntries(readable))) as Record<string, Tensor>;
    },
    close: () => session.release(),
  };
}

/** onnxruntime-node 1.30 makes Float16Arrays of half-precision outputs, and cannot read one as an input: it sees no bytes in it. */
function withReadableHalves(tensor: GraphTensor): GraphTensor {
  if (!(tensor.data instanceof Float16Array)) return tensor;
  const { type, dims, location } = tensor;
  const { buffer, byteOffset, length } = tensor.data;
  return { type, dims, location, data: new Uint16Array(buffer, byteOffset, length) } as unknown as GraphTensor;
}

/** @param data row-major; of type bool one byte each. */
export function graphTensor(
  type: 'float32' | 'float16' | 'int64' | 'bool',
  data: Float32Array | Float16Array | BigInt64Array | Uint8Array,
  dims: readonly number[],
): GraphTensor {
  return new Tensor(type, data as never, [...dims]);
}

/**
 * Load a network and let it go again, to see whether it can be.
 * @throws Error when the file or the execution provider does not load.
 */
export async function tryNetwork(file: string, execution: Execution): Promise<void> {
  const session = await InferenceSession.create(file, optionsFor(1, execution));
  await session.release();
}

/**
 * Run a network once and tell which provider ran each node; a profile is the one place where ONNX Runtime says so.
 * Blocks the calling thread.
 */
export async function placementOf(file: string, input: FloatTensor, execution: Execution): Promise<PlacedNode[]> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-ocr-profile-'));
  try {
    const profiling = { enableProfiling: true, profileFilePrefix: join(folder, 'profile') };
    const session = await InferenceSession.create(file, { ...optionsFor(1, execution), ...profiling });
    await session.run({ [session.inputNames[0]!]: toOnnx(input) });
    session.endProfiling();
    await session.release();
    const [profile] = await readdir(folder);
    return profile === undefined ? [] : placedNodes(await readFile(join(folder, profile), 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A value inside a network: floats, or the codes of an 8-bit layer. */
export interface ObservedTensor {
  readonly data: Float32Array | Uint8Array;
  readonly dims: readonly number[];
}

/**
 * For calibration: a network that puts out many values. Blocks the calling thread.
 * @param bytes an ONNX model with one float input.
 */
export async function loadObserved(bytes: Uint8Array, threads: number) {
  const session = await InferenceSession.create(bytes, optionsFor(threads, ON_CPU));
  return async (input: FloatTensor): Promise<Record<string, ObservedTensor>> =>
    (await session.run({ [session.inputNames[0]!]: toOnnx(input) })) as unknown as Record<string, ObservedTensor>;
}

function toOnnx({ data, dims }: FloatTensor): Tensor {
  return new Tensor('float32', data, [...dims]);
}

function optionsFor(threads: number, execution: Execution): InferenceSession.SessionOptions {
  return {
    executionProviders: providerOptions(execution),
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // Idle threads that spin would take the cores from decoding, cropping and the event loop.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}
