import { SYSTEM } from '@edge-ocr/shared/image-access';
import { configOf } from '../config.ts';
import type { Bindings } from '../env.ts';
import { continueTrace } from '../identify-request.ts';
import { log } from '../log.ts';
import { recordSweep } from './record-access.ts';
import { type SweepOutcome, sweepOriginals } from './sweep-originals.ts';

const DAY_MS = 86_400_000;
/** For writing one step into the access log. */
const RECORD_TIMEOUT_MS = 10_000;

/**
 * What the cron trigger runs: the retention of originals, besides the lifecycle rule of the bucket.
 * @param now milliseconds since the epoch.
 * @throws OcrError INTERNAL for a bad configuration; what R2 throws.
 */
export async function sweepDaily(env: Bindings, now: number): Promise<SweepOutcome> {
  const config = configOf(env);
  const requestId = `sweep-${crypto.randomUUID()}`;
  const traceparent = continueTrace(undefined);
  const outcome = await sweepOriginals({
    images: env.IMAGES,
    uploadedUntil: now - config.retention.days * DAY_MS,
    maxObjects: config.retention.sweepMaxObjects,
    stopAt: Date.now() + config.retention.sweepMaxSeconds * 1000,
    record: (sweep) => {
      const deadline = Date.now() + RECORD_TIMEOUT_MS;
      return recordSweep(sweep, { config, principal: SYSTEM, requestId, traceparent, deadline });
    },
  });
  log('info', 'originals_swept', { request_id: requestId, ...outcome });
  return outcome;
}
