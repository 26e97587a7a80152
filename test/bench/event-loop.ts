/**
 * `npm run bench -- event-loop [--dataset DIR]`: event-loop delay of a process that reads four receipts at once, again
 * and again. Delays include the sampling interval of perf_hooks (10 ms), as monitorEventLoopDelay reports them.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type ImageSelection, selectImages } from './images.ts';
import { openPipeline } from './pipeline.ts';

const AT_ONCE = 4;
const ROUNDS = 5;

export async function benchEventLoop(selection: ImageSelection) {
  const files = selectImages(selection);
  const pipeline = await openPipeline();
  await pipeline.read(files[0]!);
  const delay = monitorEventLoopDelay();
  delay.enable();
  const started = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => pipeline.read(files[(round * AT_ONCE + i) % files.length]!)),
    );
  }
  delay.disable();
  const seconds = (performance.now() - started) / 1000;
  await pipeline.close();
  const milliseconds = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100;
  return {
    receipts: ROUNDS * AT_ONCE,
    at_once: AT_ONCE,
    receipts_per_second: Math.round(((ROUNDS * AT_ONCE) / seconds) * 100) / 100,
    event_loop_delay_ms: {
      p50: milliseconds(delay.percentile(50)),
      p99: milliseconds(delay.percentile(99)),
      max: milliseconds(delay.max),
    },
  };
}
