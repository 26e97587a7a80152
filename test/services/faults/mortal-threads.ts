/**
 * Loaded before a node's own code (--import), in each of its threads: lets a test end one of its worker threads in the
 * middle of a task, as a fault in a native library would. The file at MORTAL_FILE names whom, and how.
 */
import { readFileSync, rmSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

const file = process.env.MORTAL_FILE;
/** By what they are given as they start. */
const kind = () => {
  if (workerData && 'files' in workerData) return 'inference';
  return workerData && 'alphabet' in workerData ? 'stage' : 'other';
};

function look(path: string): void {
  let wish: string;
  try {
    wish = readFileSync(path, 'utf8');
    if (!wish.startsWith(`${kind()} `)) return;
    // Whoever removes it is the one that dies.
    rmSync(path);
  } catch {
    return;
  }
  if (wish.endsWith('throw')) throw new Error('an error that nobody catches');
  process.exit(1);
}

// Between tasks a thread's event loop stands still, so it dies during one.
if (!isMainThread && file) setInterval(() => look(file), 2).unref();
