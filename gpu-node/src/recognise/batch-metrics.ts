import { Histogram, type Registry } from 'prom-client';
import type { BatchObserver } from './crop-batcher.ts';

const CROPS = [1, 2, 4, 8, 12, 16, 24, 32, 64, 128, 256];
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** How large the batches of lines are that the networks get, and how much of what they may hold that is. */
export function createBatchMetrics(registry: Registry): BatchObserver {
  const [labelNames, registers] = [['network'], [registry]];
  const crops = new Histogram({
    name: 'ocr_batch_lines',
    help: 'Lines of text in a batch for the recogniser',
    ...{ labelNames, registers },
    buckets: CROPS,
  });
  const fill = new Histogram({
    name: 'ocr_batch_fill_ratio',
    help: 'Share of what a batch may hold that it held: of BATCH_MAX_CROPS or of BATCH_MAX_WIDTH, whichever is more',
    ...{ labelNames, registers },
    buckets: SHARES,
  });
  return (batch) => {
    crops.observe({ network: batch.network }, batch.crops);
    fill.observe({ network: batch.network }, batch.fill);
  };
}
