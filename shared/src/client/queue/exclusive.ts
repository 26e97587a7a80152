/** One at a time: within this page, and where the storage is shared, among all tabs (Web Locks). */
import { platform } from '../platform.ts';

/** @throws what the task throws; the signal's reason when it aborts while waiting. */
export type Exclusive = <T>(name: string, task: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

export function exclusiveBy(storage: { readonly name: string; readonly isShared: boolean }): Exclusive {
  const { locks } = platform.navigator ?? {};
  if (storage.isShared && locks)
    return (name, task, signal) =>
      locks.request(`edge-ocr-queue/${storage.name}/${name}`, signal ? { signal } : {}, task);
  return exclusiveHere();
}

function exclusiveHere(): Exclusive {
  const last = new Map<string, Promise<unknown>>();
  return (name, task, signal) => {
    const before = last.get(name) ?? Promise.resolve();
    const running = before.then(() => {
      if (signal?.aborted) throw signal.reason;
      return task();
    });
    last.set(
      name,
      running.catch(() => {}),
    );
    return running;
  };
}
