/**
 * `npm run bench -- event-loop [--dataset DIR]`: event-loop delay of a process that reads four receipts at once, again
 * and again. Delays include the sampling interval of perf_hooks (10 ms), as monitorEventLoopDelay reports them.
 */
import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseEngineConfig } from '@edge-ocr/gpu-node/config';
import { loadEngine } from '@edge-ocr/gpu-node/inference/engine';
import { processDocument } from '@edge-ocr/gpu-node/process-document';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { fixturePath } from '../fixtures/truth.ts';
import { readSroie } from './sroie.ts';

const AT_ONCE = 4;
const ROUNDS = 5;
const FIXTURES = ['receipt-1.jpg', 'receipt-2.jpg', 'receipt-3.jpg', 'receipt-4-noisy.jpg'];

export async function benchEventLoop({ dataset }: { dataset: string }) {
  const files = dataset ? readSroie(dataset).map(({ image }) => image) : FIXTURES.map(fixturePath);
  const engine = await loadEngine(parseEngineConfig(process.env));
  const options = parseOcrOptions({ type: 'receipt' });
  const read = async (file: string) => {
    const signal = AbortSignal.timeout(engine.config.PROCESSING_TIMEOUT_MS);
    return processDocument({ bytes: await readFile(file), options, signal }, engine);
  };
  await read(files[0]!);
  const delay = monitorEventLoopDelay();
  delay.enable();
  const started = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => read(files[(round * AT_ONCE + i) % files.length]!)));
  }
  delay.disable();
  const seconds = (performance.now() - started) / 1000;
  await engine.close();
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
