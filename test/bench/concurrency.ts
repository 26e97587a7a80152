/**
 * `npm run bench -- concurrency [--dataset DIR] [--limit N]`: 1, 4 and 16 clients in closed loop over the same images,
 * within this process. Event-loop delays include the sampling interval of perf_hooks (10 ms).
 * p95_over_share, max_over_share: latencies over clients / throughput, which is what each would be if all images were
 * alike. max_over_queue: the same with images as they are: the largest ratio of a latency to a turn (1 / throughput) for
 * each other client and as many turns for itself as the image is heavier than the mean with one client. About 1 means
 * that the queue explains the slowest request.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { closedLoop } from './closed-loop.ts';
import { mean, percentile, rounded, timeFigures } from './figures.ts';
import { type ImageSelection, selectImages } from './images.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';

const CLIENTS = [1, 4, 16];
/** Enough that 16 clients are busy for most of the run. */
const MIN_REQUESTS = 48;
const RSS_INTERVAL_MS = 50;
const MIB = 1024 * 1024;

export async function benchConcurrency(selection: ImageSelection) {
  const images = selectImages(selection);
  const rounds = Math.ceil(MIN_REQUESTS / images.length);
  const files = Array.from({ length: rounds }, () => images).flat();
  const pipeline = await openPipeline();
  await pipeline.read(files[0]!);
  const restMib = rssMib();
  const levels = [];
  let alone: readonly number[] = [];
  for (const clients of CLIENTS) {
    const { latencies, ...level } = await measure(pipeline, files, clients);
    if (clients === 1) alone = latencies;
    levels.push({ ...level, max_over_queue: overQueue(latencies, alone, level) });
  }
  await pipeline.close();
  return { images: images.length, requests: files.length, rss_loaded_mib: restMib, levels };
}

async function measure(pipeline: Pipeline, files: readonly string[], clients: number) {
  const delay = monitorEventLoopDelay();
  let rss = 0;
  const sampler = setInterval(() => {
    rss = Math.max(rss, rssMib());
  }, RSS_INTERVAL_MS);
  delay.enable();
  const { seconds, latencies } = await closedLoop(pipeline, files, clients);
  delay.disable();
  clearInterval(sampler);
  const throughput = files.length / seconds;
  const slowest = Math.max(...latencies);
  return {
    latencies,
    clients,
    receipts_per_second: rounded(throughput, 3),
    ...timeFigures(latencies),
    max_ms: Math.round(slowest),
    event_loop_p99_ms: rounded(delay.percentile(99) / 1e6, 1),
    event_loop_max_ms: rounded(delay.max / 1e6, 1),
    max_rss_mib: rss,
    p95_over_share: rounded((percentile(latencies, 0.95) / 1000) * (throughput / clients), 2),
    max_over_share: rounded((slowest / 1000) * (throughput / clients), 2),
  };
}

function overQueue(
  latencies: readonly number[],
  alone: readonly number[],
  { clients, receipts_per_second }: { clients: number; receipts_per_second: number },
): number {
  const turn = 1000 / receipts_per_second;
  const meanAlone = mean(alone);
  const ratios = latencies.map((latency, i) => latency / ((clients - 1 + alone[i]! / meanAlone) * turn));
  return rounded(Math.max(...ratios), 2);
}

function rssMib(): number {
  return Math.round(process.memoryUsage.rss() / MIB);
}
