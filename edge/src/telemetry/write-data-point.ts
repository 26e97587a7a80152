import { log } from '../log.ts';
import type { ObservedRequest } from './observed-request.ts';

/**
 * One data point a request for Workers Analytics Engine: blob1 route, blob2 method, blob3 code, blob4 cache; double1 status,
 * double2 milliseconds; sampled by route. Costs no time, and is no reason to fail.
 */
export function writeDataPoint(dataset: AnalyticsEngineDataset | undefined, seen: ObservedRequest): void {
  try {
    dataset?.writeDataPoint({
      indexes: [seen.route],
      blobs: [seen.route, seen.method, seen.code, seen.cache],
      doubles: [seen.status, seen.durationMs],
    });
  } catch (error) {
    log('warn', 'data_point_not_written', { cause: String(error) });
  }
}
