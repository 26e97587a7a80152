/** What a database or a command says, for many who ask at once: one question at a time, and no answer is waited for long. */

export interface AnswerOptions {
  /** How old an answer may be. */
  readonly maxAgeMs: number;
  /** Nobody who asks how things are is to hang because they are bad. */
  readonly timeoutMs: number;
}

const DEFAULTS: AnswerOptions = { maxAgeMs: 1000, timeoutMs: 2000 };

/** @returns asks; null when there is no answer, or none in time. One question at a time, however many ask. */
export function recentAnswer<T>(
  question: () => Promise<T>,
  { maxAgeMs, timeoutMs }: AnswerOptions = DEFAULTS,
): () => Promise<T | null> {
  let asked: Promise<T | null> | null = null;
  const ask = () => {
    const answer = question().catch(() => null);
    asked = answer;
    // Failures are kept too: a database that is away is not asked more often for it.
    void answer.then(() => {
      setTimeout(() => {
        asked = null;
      }, maxAgeMs).unref();
    });
    return answer;
  };
  return () => Promise.race([asked ?? ask(), nothingAfter(timeoutMs)]);
}

function nothingAfter(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds).unref());
}
