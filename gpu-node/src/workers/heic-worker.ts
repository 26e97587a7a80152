/** Decoding of HEIC as it runs in a thread of its pool, see heic-pool.ts. */
import { decodeHeic, inspectHeic } from '../decode/heic.ts';
import type { ImageLimits } from '../decode/image-limits.ts';
import { useBackgroundPriority } from './background-priority.ts';
import { stage } from './outcome.ts';

useBackgroundPriority();

export const inspect = stage((task: { bytes: Uint8Array; limits: ImageLimits }) =>
  inspectHeic(task.bytes, task.limits),
);

/**
 * Moved to the caller, not shared with it: V8 counts no shared memory when it decides to collect garbage, and a photo in full
 * size has 36 MB and more.
 */
export const decode = stage(
  (task: { bytes: Uint8Array; limits: ImageLimits }) => decodeHeic(task.bytes, task.limits),
  ({ data }) => [data.buffer as ArrayBuffer],
);
