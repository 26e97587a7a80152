import type { TextStore } from './text-store.ts';

/** One entry takes up no more than this share of the store. */
const ENTRY_MAX_SHARE = 1 / 8;

interface Entry {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The isolate's own memory: no I/O at all, so nearest of all levels. Forgets what was asked for longest ago. */
export function isolateStore(maxChars: number): TextStore {
  // In the order of use.
  const entries = new Map<string, Entry>();
  let chars = 0;
  const forget = (key: string) => {
    chars -= sizeOf(key, entries.get(key));
    entries.delete(key);
  };
  return {
    name: 'isolate',
    isFar: false,
    async get(key) {
      const entry = entries.get(key);
      if (!entry) return null;
      if (entry.expiresAt <= Date.now()) {
        forget(key);
        return null;
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.text;
    },
    async put(key, text, ttlSeconds) {
      forget(key);
      const entry = { text, expiresAt: Date.now() + ttlSeconds * 1000 };
      if (sizeOf(key, entry) > maxChars * ENTRY_MAX_SHARE) return;
      entries.set(key, entry);
      chars += sizeOf(key, entry);
      for (const oldest of entries.keys()) {
        if (chars <= maxChars) break;
        forget(oldest);
      }
    },
  };
}

function sizeOf(key: string, entry: Entry | undefined): number {
  return entry ? key.length + entry.text.length : 0;
}
