/** Holds the networks on a thread of its own; a run would block the event loop of whoever calls it. */
import { workerData } from 'node:worker_threads';
import { useBackgroundPriority } from '../workers/background-priority.ts';
import { moved } from '../workers/moved.ts';
import type { InferenceTask, NetworkName, WorkerOptions } from './inference-pool.ts';
import { loadNetwork, type Network, placementOf } from './onnx.ts';
import type { PlacedNode } from './placement.ts';
import { bufferOf, type FloatTensor } from './tensor.ts';

useBackgroundPriority();
const { files, threads, execution } = workerData as WorkerOptions;
const networks: Partial<Record<NetworkName, Network>> = {};
for (const [name, file] of Object.entries(files) as [NetworkName, string][])
  networks[name] = await loadNetwork(file, threads[name], execution);

export async function run({ network, input }: InferenceTask): Promise<FloatTensor> {
  const loaded = networks[network];
  if (!loaded) throw new Error(`This engine has no network ${network}`);
  const output = await loaded.run(input);
  return moved(output, [bufferOf(output)]);
}

/** Which provider runs each node of a network. */
export function placement({ network, input }: InferenceTask): Promise<PlacedNode[]> {
  return placementOf(files[network]!, input, execution);
}
