import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** Nice value of the threads that compute; the event loop stays at 0. */
const BACKGROUND = 10;

/**
 * Let the event loop's thread go before the calling one where both want a core: it has little to do, and deadlines,
 * health checks and new requests wait for it. Threads that are started later by this one, such as ONNX Runtime's, inherit it.
 * On Linux nice values belong to threads (setpriority(2)); elsewhere nothing is done.
 */
export function useBackgroundPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    // A synchronous call runs on this very thread: "self/task/TID".
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), BACKGROUND);
  } catch {
    // Without /proc, or where it is forbidden, all threads are equal as before.
  }
}
