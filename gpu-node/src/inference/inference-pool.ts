import { OcrError } from '@edge-ocr/shared/errors';
import { Piscina } from 'piscina';
import { type Execution, isGpu, ON_CPU } from './execution.ts';
import { assertPlacement } from './placement.ts';
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
  /**
   * Run a network; first come, first served. `input.data` is given away.
   * @throws OcrError MODEL_ERROR, also when the thread died over it: another takes its place.
   */
  run(network: NetworkName, input: FloatTensor): Promise<FloatTensor>;
  close(): Promise<void>;
}

/** What every worker is given as it starts. */
export interface WorkerOptions {
  readonly files: NetworkFiles;
  /** Threads inside one run of each network, on the CPU. */
  readonly threads: Readonly<Record<NetworkName, number>>;
  readonly execution: Execution;
}

export interface InferencePoolOptions extends Omit<WorkerOptions, 'execution'> {
  /** Worker threads, each with networks of its own. */
  readonly workers: number;
  /** The CPU unless told otherwise. */
  readonly execution?: Execution;
  /** Shapes to run on every worker before the pool is handed out, of networks that are there; one small one unless told. */
  readonly warmUp?: readonly WarmUpShape[];
}

export interface WarmUpShape {
  readonly network: NetworkName;
  readonly dims: readonly number[];
}

const ONE_OF_EACH: readonly WarmUpShape[] = [
  { network: 'detect', dims: [1, 3, 320, 320] },
  { network: 'recognise', dims: [1, 3, 48, 320] },
  { network: 'skim', dims: [1, 3, 48, 320] },
];

/**
 * Resolves when every worker has loaded its networks and run the shapes to warm up.
 * @throws Error when a network does not load, or the wanted provider leaves its work to the CPU.
 */
export async function createInferencePool(options: InferencePoolOptions): Promise<InferencePool> {
  const { files, workers, threads, execution = ON_CPU, warmUp = ONE_OF_EACH } = options;
  const piscina = new Piscina({
    filename: new URL('./inference-worker.ts', import.meta.url).href,
    name: 'run',
    minThreads: workers,
    maxThreads: workers,
    workerData: { files, threads, execution } satisfies WorkerOptions,
  });
  // A thread that dies without a task is replaced; without a listener it would take the process with it.
  piscina.on('error', (error: Error) => process.emitWarning(error));
  const run: InferencePool['run'] = (network, input) =>
    piscina.run({ network, input } satisfies InferenceTask, { transferList: [bufferOf(input)] });
  const shapes = warmUp.filter(({ network }) => files[network] !== undefined);
  try {
    if (isGpu(execution)) await assertPlacements(piscina, files, execution);
    // A worker takes one task at a time, so as many as there are workers at once go to one each.
    for (const { network, dims } of shapes)
      await Promise.all(Array.from({ length: workers }, () => run(network, blank(dims))));
  } catch (error) {
    // What is wrong at the start is for the operator, and is told as it is.
    await piscina.close();
    throw error;
  }
  return {
    run: (network, input) =>
      run(network, input).catch((cause: unknown) => {
        throw new OcrError('MODEL_ERROR', { cause });
      }),
    close: () => piscina.close(),
  };
}

async function assertPlacements(piscina: Piscina, files: NetworkFiles, execution: Execution): Promise<void> {
  for (const { network, dims } of SMALLEST) {
    if (files[network] === undefined) continue;
    const task: InferenceTask = { network, input: blank(dims) };
    assertPlacement(network, await piscina.run(task, { name: 'placement' }), execution.provider);
  }
}

/** Enough to see where nodes run, where a software Vulkan needs many seconds for a page. */
const SMALLEST: readonly WarmUpShape[] = [
  { network: 'detect', dims: [1, 3, 32, 32] },
  { network: 'recognise', dims: [1, 3, 48, 32] },
  { network: 'skim', dims: [1, 3, 48, 32] },
];

function blank(dims: readonly number[]): FloatTensor {
  return { data: new Float32Array(dims.reduce((a, b) => a * b)), dims };
}
