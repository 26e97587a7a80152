/** The only file that imports ONNX Runtime. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
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
 * @param threads inside one run.
 */
export async function loadNetwork(file: string, threads: number): Promise<Network> {
  const session = await InferenceSession.create(file, optionsFor(threads));
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
  const session = await InferenceSession.create(bytes, optionsFor(threads));
  return async (input: FloatTensor): Promise<Record<string, ObservedTensor>> =>
    (await session.run({ [session.inputNames[0]!]: toOnnx(input) })) as unknown as Record<string, ObservedTensor>;
}

function toOnnx({ data, dims }: FloatTensor): Tensor {
  return new Tensor('float32', data, [...dims]);
}

function optionsFor(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // Idle threads that spin would take the cores from decoding, cropping and the event loop.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}
