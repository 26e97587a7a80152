/** Holds the networks on a thread of its own; a run would block the event loop of whoever calls it. */
import { workerData } from 'node:worker_threads';
import { useBackgroundPriority } from '../workers/background-priority.ts';
import { moved } from '../workers/moved.ts';
import type { InferencePoolOptions, InferenceTask, NetworkFiles } from './inference-pool.ts';
import { loadNetwork } from './onnx.ts';
import { bufferOf, type FloatTensor } from './tensor.ts';

useBackgroundPriority();
const { files, threads } = workerData as { files: NetworkFiles; threads: InferencePoolOptions['threads'] };
const networks = {
  detect: await loadNetwork(files.detect, threads.detect),
  recognise: await loadNetwork(files.recognise, threads.recognise),
};

export async function run({ network, input }: InferenceTask): Promise<FloatTensor> {
  const output = await networks[network].run(input);
  return moved(output, [bufferOf(output)]);
}
