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
  async find(path: string): Promise<Found | null> {
    for (const [depth, level] of this.#levels.entries()) {
      const answer = await this.#read(path, depth);
      if (answer) return { answer, level: level.name };
    }
    return null;
  }

  /** What is known without asking a far level. */
  async findNear(path: string): Promise<Answer | null> {
    for (const depth of this.#near.keys()) {
      const answer = await this.#read(path, depth);
      if (answer) return answer;
    }
    return null;
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

  async #read(path: string, depth: number): Promise<Answer | null> {
    const level = this.#levels[depth];
    const text = level && (await tolerantly('cache_read_failed', level.get(path)));
    const entry = text ? decodeEntry(text, Date.now()) : null;
    if (!text || !entry) return null;
    await this.#copy(path, text, entry.expiresAt, depth);
    return entry.answer;
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
