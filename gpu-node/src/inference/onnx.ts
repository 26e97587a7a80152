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
  const session = await InferenceSession.create(file, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // Idle threads that spin would take the cores from decoding, cropping and the event loop.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  if (inputName === undefined || outputName === undefined) throw new Error(`${file} has no input or no output`);
  return {
    async run(input) {
      const outputs = await session.run({ [inputName]: new Tensor('float32', input.data, [...input.dims]) });
      const output = outputs[outputName] as Tensor;
      return { data: output.data as Float32Array, dims: output.dims };
    },
  };
}
