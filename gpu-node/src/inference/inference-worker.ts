/** Holds the networks on a thread of its own; a run would block the event loop of whoever calls it. */
import { workerData } from 'node:worker_threads';
import { useBackgroundPriority } from '../workers/background-priority.ts';
import { moved } from '../workers/moved.ts';
import type { InferencePoolOptions, InferenceTask, NetworkFiles, NetworkName } from './inference-pool.ts';
import { loadNetwork, type Network } from './onnx.ts';
import { bufferOf, type FloatTensor } from './tensor.ts';

useBackgroundPriority();
const { files, threads } = workerData as { files: NetworkFiles; threads: InferencePoolOptions['threads'] };
const networks: Partial<Record<NetworkName, Network>> = {};
for (const [name, file] of Object.entries(files) as [NetworkName, string][])
  networks[name] = await loadNetwork(file, threads[name]);

export async function run({ network, input }: InferenceTask): Promise<FloatTensor> {
  const loaded = networks[network];
  if (!loaded) throw new Error(`This engine has no network ${network}`);
  const output = await loaded.run(input);
  return moved(output, [bufferOf(output)]);
}
