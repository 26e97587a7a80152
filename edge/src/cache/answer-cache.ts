import { causeOf, log } from '../log.ts';
import { type Answer, decodeEntry, encodeEntry, isRepeatable } from './answer.ts';
import type { TextStore } from './text-store.ts';

export interface Lifetimes {
  readonly resultSeconds: number;
  /** For failures; shorter, because a newer release may read what this one could not. */
  readonly failureSeconds: number;
}

/** Answers by path, in levels from near to far. No failure of a level reaches the request. */
export class AnswerCache {
  readonly #levels: readonly TextStore[];
  readonly #lifetimes: Lifetimes;

  constructor(levels: readonly TextStore[], lifetimes: Lifetimes) {
    this.#levels = levels;
    this.#lifetimes = lifetimes;
  }

  /** The nearest known answer, copied to the levels before the one that had it. */
  async find(path: string): Promise<Answer | null> {
    for (const [depth, level] of this.#levels.entries()) {
      const text = await tolerantly('cache_read_failed', level.get(path));
      const entry = text ? decodeEntry(text, Date.now()) : null;
      if (!text || !entry) continue;
      const ttl = Math.floor((entry.expiresAt - Date.now()) / 1000);
      if (ttl > 0) await putAll(this.#levels.slice(0, depth), path, text, ttl);
      return entry.answer;
    }
    return null;
  }

  /**
   * Keeps the answer in every level if a repeat would be answered the same way. Resolves when the nearest has it, so that
   * a client that asks again at once is answered from there; farther levels are left to `waitUntil`.
   */
  async fill(path: string, answer: Answer, waitUntil: (work: Promise<unknown>) => void): Promise<void> {
    if (!isRepeatable(answer)) return;
    const ttl = answer.kind === 'result' ? this.#lifetimes.resultSeconds : this.#lifetimes.failureSeconds;
    const text = encodeEntry(answer, Date.now() + ttl * 1000);
    waitUntil(putAll(this.#levels.slice(1), path, text, ttl));
    await putAll(this.#levels.slice(0, 1), path, text, ttl);
  }
}

async function putAll(levels: readonly TextStore[], path: string, text: string, ttl: number): Promise<void> {
  await Promise.all(levels.map((level) => tolerantly('cache_write_failed', level.put(path, text, ttl))));
}

async function tolerantly<T>(event: string, work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    log('warn', event, { cause: causeOf(error).cause });
    return null;
  }
}
