import { OcrError } from '@edge-ocr/shared/errors';
import type { RotatedRect } from '../geometry.ts';
import type { PageImage } from '../pixels.ts';
import type { RecognisedLine } from '../recognise/text-line.ts';
import { EngineFailure, type GuardedEngine } from './guarded-engine.ts';
import type { LineEngine } from './line-engine.ts';
import { type ReadWith, readMixedLine } from './mixed-line.ts';
import { readDoubtfulLines, type SecondReadingOptions } from './second-readings.ts';

export type Language = LineEngine['languages'][number];
type ReadOptions = Parameters<LineEngine['readLine']>[2];

/** Engines in the order in which they are asked, by language; none where nothing reads it. */
export type Chains = Readonly<Record<Language, readonly GuardedEngine[]>>;

/**
 * One document's way through the engines: each line goes to the first engine of its language, and on to the next where that one
 * fails. It remembers who answered.
 */
export class LineReading {
  /** Of the languages asked for, those that no engine here reads. */
  readonly unread: readonly Language[];
  readonly #chains: Chains;
  readonly #languages: readonly Language[];
  readonly #second: SecondReadingOptions;
  readonly #answered = new Set<LineEngine>();
  readonly #failed = new Map<LineEngine, number>();

  /** @param languages of the text; without any that can be read, as if it were English. */
  constructor(chains: Chains, languages: readonly Language[], second: SecondReadingOptions) {
    const readable = languages.filter((language) => chains[language].length > 0);
    this.#chains = chains;
    this.#languages = readable.length > 0 ? readable : ['en'];
    this.#second = second;
    this.unread = languages.filter((language) => !readable.includes(language));
  }

  /** Whether lines may be in Bengali, which the detector cuts into pieces. */
  get expectsBengali(): boolean {
    return this.#languages.includes('bn');
  }

  /**
   * Read one line, as LineEngine does.
   * @throws OcrError MODEL_ERROR when all engines of its language failed; what `signal` aborts with.
   */
  readLine(page: PageImage, rect: RotatedRect, options: ReadOptions): Promise<RecognisedLine | null> {
    const readWith: ReadWith = (language, part, effort = options.effort) =>
      this.#readWith(language, page, part, { ...options, effort });
    if (this.#languages.length > 1) return readMixedLine(rect, readWith);
    return readWith(this.#languages[0]!, rect);
  }

  /**
   * Let the next engine read what the first one was unsure of, as far as that is wanted and within its time; keeps the better
   * of both readings. Lines that may be in several scripts have been read by several engines already.
   */
  async readAgain(
    page: PageImage,
    rects: readonly RotatedRect[],
    lines: readonly (RecognisedLine | null)[],
    signal: AbortSignal,
  ): Promise<(RecognisedLine | null)[]> {
    const next = this.#chains[this.#languages[0]!][1];
    if (this.#languages.length > 1 || !next) return [...lines];
    const read = (rect: RotatedRect) => next.readLine(page, rect, { signal, effort: 'exact' });
    const again = await readDoubtfulLines(rects, lines, read, this.#second);
    if (again.some((line, i) => line !== lines[i])) this.#answered.add(next.engine);
    return again;
  }

  /** Who read anything, in the order of the configuration; who would have, where nothing was read. */
  get modelUsed(): string {
    const engines = this.#languages.flatMap((language) => this.#chains[language].map(({ engine }) => engine));
    const answered = engines.filter((engine) => this.#answered.has(engine));
    const told = answered.length > 0 ? answered : engines.slice(0, 1);
    return [...new Set(told.map(({ model }) => model))].join('+');
  }

  /** For the client: which engines failed, and that others read the lines. */
  get warnings(): string[] {
    return [...this.#failed].map(
      ([{ model }, lines]) => `${model} failed on ${lines === 1 ? '1 line' : `${lines} lines`}, read by another engine`,
    );
  }

  async #readWith(
    language: Language,
    page: PageImage,
    rect: RotatedRect,
    options: ReadOptions,
  ): Promise<RecognisedLine | null> {
    const failures: { readonly engine: LineEngine; readonly failure: EngineFailure }[] = [];
    for (const guarded of this.#chains[language]) {
      try {
        const line = await guarded.readLine(page, rect, options);
        if (line) this.#answered.add(guarded.engine);
        for (const { engine } of failures) this.#failed.set(engine, (this.#failed.get(engine) ?? 0) + 1);
        return line;
      } catch (failure) {
        if (!(failure instanceof EngineFailure)) throw failure;
        failures.push({ engine: guarded.engine, failure });
      }
    }
    throw allFailed(failures.map(({ failure }) => failure));
  }
}

function allFailed(failures: readonly EngineFailure[]): OcrError {
  return new OcrError('MODEL_ERROR', {
    message: 'No engine could read the text',
    suggestion: 'Try again in half a minute, or send it as a job, which is tried again by itself.',
    details: { engines: failures.map(({ kind }) => kind) },
    retryAfterSeconds: 30,
    cause: new AggregateError(failures, failures.map(({ message }) => message).join('; ')),
  });
}
