import { Piscina } from 'piscina';
import { bufferOf, type FloatTensor } from './tensor.ts';

/** detect and recognise are exact; skim reads as recognise does, faster and less exactly. */
export type NetworkName = 'detect' | 'recognise' | 'skim';

/** Paths of the ONNX files. */
export type NetworkFiles = Readonly<Partial<Record<NetworkName, string>>>;

export interface InferenceTask {
  readonly network: NetworkName;
  readonly input: FloatTensor;
}

export interface InferencePool {
  /** Run a network; first come, first served. `input.data` is given away. */
  run(network: NetworkName, input: FloatTensor): Promise<FloatTensor>;
  close(): Promise<void>;
}

export interface InferencePoolOptions {
  readonly files: NetworkFiles;
  /** Worker threads, each with networks of its own. */
  readonly workers: number;
  /** Threads inside one run of each network. */
  readonly threads: Readonly<Record<NetworkName, number>>;
}

/** Resolves when every worker has loaded its networks. */
export async function createInferencePool({ files, workers, threads }: InferencePoolOptions): Promise<InferencePool> {
  const piscina = new Piscina({
    filename: new URL('./inference-worker.ts', import.meta.url).href,
    name: 'run',
    minThreads: workers,
    maxThreads: workers,
    workerData: { files, threads },
  });
  // A thread that dies without a task is replaced; without a listener it would take the process with it.
  piscina.on('error', (error: Error) => process.emitWarning(error));
  const pool: InferencePool = {
    run: (network, input) =>
      piscina.run({ network, input } satisfies InferenceTask, { transferList: [bufferOf(input)] }),
    close: () => piscina.close(),
  };
  await Promise.all(Array.from({ length: workers }, () => warmUp(pool, files))).catch(async (error) => {
    await pool.close();
    throw error;
  });
  return pool;
}

/** The first run of a session allocates its buffers; nobody's request should pay for that. */
async function warmUp(pool: InferencePool, files: NetworkFiles): Promise<void> {
  const blank = (dims: number[]) => ({ data: new Float32Array(dims.reduce((a, b) => a * b)), dims });
  if (files.detect) await pool.run('detect', blank([1, 3, 320, 320]));
  if (files.recognise) await pool.run('recognise', blank([1, 3, 48, 320]));
  if (files.skim) await pool.run('skim', blank([1, 3, 48, 320]));
}
