import { type Answer, decodeEntry, encodeEntry, isRepeatable } from '@edge-ocr/shared/cache/answer';
import { causeOf, log } from '../log.ts';
import type { TextStore } from './text-store.ts';

export interface Lifetimes {
  readonly resultSeconds: number;
  /** For failures; shorter, because a newer release may read what this one could not. */
  readonly failureSeconds: number;
}

/** An answer and where it was found. */
export interface Found {
  readonly answer: Answer;
  readonly level: TextStore['name'];
}

/** Answers by path, in levels from near to far. No failure of a level reaches the request. */
export class AnswerCache {
  readonly #levels: readonly TextStore[];
  readonly #near: readonly TextStore[];
  readonly #lifetimes: Lifetimes;

  /** @param levels the far ones last. */
  constructor(levels: readonly TextStore[], lifetimes: Lifetimes) {
    this.#levels = levels;
    this.#near = levels.filter(({ isFar }) => !isFar);
    this.#lifetimes = lifetimes;
  }

  /** The nearest known answer, copied to the levels before the one that had it. */
  find(path: string): Promise<Found | null> {
    return this.#findIn(this.#levels, path);
  }

  /** The same, without asking a far level. */
  findNear(path: string): Promise<Found | null> {
    return this.#findIn(this.#near, path);
  }

  /** An entry of a far level that was read by other means, copied to the near ones. @returns null when it is none. */
  async adopt(path: string, text: string): Promise<Answer | null> {
    const entry = decodeEntry(text, Date.now());
    if (entry) await this.#copy(path, text, entry.expiresAt, this.#near.length);
    return entry?.answer ?? null;
  }

  /**
   * Keeps the answer in every level if a repeat would be answered the same way. Resolves when the near ones have it, so that
   * a client that asks again at once is answered from there.
   * @returns `everywhere` resolves when the far levels have it too; for `waitUntil`.
   */
  async fill(path: string, answer: Answer): Promise<{ readonly everywhere: Promise<void> }> {
    if (!isRepeatable(answer)) return { everywhere: Promise.resolve() };
    const ttl = answer.kind === 'result' ? this.#lifetimes.resultSeconds : this.#lifetimes.failureSeconds;
    const text = encodeEntry(answer, Date.now() + ttl * 1000);
    const everywhere = putAll(this.#levels.slice(this.#near.length), path, text, ttl);
    await putAll(this.#near, path, text, ttl);
    return { everywhere };
  }

  /** @param levels the first ones of all. */
  async #findIn(levels: readonly TextStore[], path: string): Promise<Found | null> {
    for (const [depth, level] of levels.entries()) {
      const text = await tolerantly('cache_read_failed', level.get(path));
      const entry = text ? decodeEntry(text, Date.now()) : null;
      if (!text || !entry) continue;
      await this.#copy(path, text, entry.expiresAt, depth);
      return { answer: entry.answer, level: level.name };
    }
    return null;
  }

  /** To the levels before `depth`, for what is left of the entry's life. */
  async #copy(path: string, text: string, expiresAt: number, depth: number): Promise<void> {
    const ttl = Math.floor((expiresAt - Date.now()) / 1000);
    if (ttl > 0) await putAll(this.#levels.slice(0, depth), path, text, ttl);
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
