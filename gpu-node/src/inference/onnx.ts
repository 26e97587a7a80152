/** The only file that imports ONNX Runtime. */
import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface FloatTensor {
  /** Row-major. */
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A loaded network with one input and one output. */
export interface Network {
  /**
   * Run the network off the event loop. Calls beyond `concurrency` wait their turn, first come first served.
   * The caller gives `input.data` away.
   */
  run(input: FloatTensor): Promise<FloatTensor>;
  release(): Promise<void>;
}

export interface NetworkOptions {
  /** Threads inside one run. */
  readonly threads: number;
  /** Runs at a time. More than one only pays when runs leave cores idle. */
  readonly concurrency: number;
}

/** @param file path of an ONNX model with one float input and one float output. */
export async function loadNetwork(file: string, options: NetworkOptions): Promise<Network> {
  const session = await InferenceSession.create(file, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // Idle threads that spin would take the cores from decoding, cropping and the event loop.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  if (inputName === undefined || outputName === undefined) throw new Error(`${file} has no input or no output`);
  const turns = new Turns(options.concurrency);

  return {
    run: (input) =>
      turns.take(async () => {
        const outputs = await session.run({ [inputName]: new Tensor('float32', input.data, [...input.dims]) });
        const output = outputs[outputName] as Tensor;
        return { data: output.data as Float32Array, dims: output.dims };
      }),
    release: () => session.release(),
  };
}

/** Lets at most `limit` tasks run at a time. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
