import type { Pipeline } from './pipeline.ts';

export interface ClosedLoop {
  readonly seconds: number;
  /** Milliseconds of each request, in the order of `files`. */
  readonly latencies: readonly number[];
}

/** So many clients, each of which sends its next request when the last is answered, until every file was read once. */
export async function closedLoop(pipeline: Pipeline, files: readonly string[], clients: number): Promise<ClosedLoop> {
  const latencies: number[] = [];
  let next = 0;
  const client = async () => {
    while (next < files.length) {
      const index = next++;
      const sent = performance.now();
      await pipeline.read(files[index]!);
      latencies[index] = performance.now() - sent;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return { seconds: (performance.now() - started) / 1000, latencies };
}
