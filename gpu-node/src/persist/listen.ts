/** Notifications of the database for as long as a node lives: the connection is checked, and made anew when it breaks. */

export interface ListenOptions {
  readonly url: string;
  readonly channel: string;
  /** Shown in pg_stat_activity. */
  readonly name?: string | undefined;
  /** For the server to answer. */
  readonly timeoutMs: number;
  readonly onNotification: (payload: string) => void;
  /** The connection broke; called once, not after close(). */
  readonly onEnd: () => void;
}

export interface ListeningConnection {
  /** @throws DatabaseAwayError when the server does not answer in time: a silent network shows in no other way. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly open: (options: ListenOptions) => Promise<ListeningConnection>;
  readonly url: string;
  readonly channel: string;
  readonly name?: string;
  readonly onNotification: (payload: string) => void;
  /** Listening, for the first time or again: what was told in between was not heard. */
  readonly onListening: () => void;
  readonly onError: (error: unknown) => void;
  /** Between looks whether the connection still answers. */
  readonly checkMs: number;
  /** For the server to answer. Default 5,000. */
  readonly timeoutMs?: number;
  /** Before the first try to connect again; doubled for each that follows, up to the maximum. */
  readonly retryMs?: number;
  readonly retryMaxMs?: number;
}

export class Listener {
  readonly #options: ListenerOptions;
  #connection: ListeningConnection | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;
  #working: Promise<void> = Promise.resolve();

  /** Connects at once, in the background. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#working = this.#connect();
  }

  /** Whether notifications come now, as far as anybody knows. */
  get isListening(): boolean {
    return this.#connection !== null;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#working;
    await this.#connection?.close();
    this.#connection = null;
  }

  async #connect(): Promise<void> {
    const {
      open,
      url,
      channel,
      name,
      timeoutMs = 5_000,
      onNotification,
      onListening,
      onError,
      checkMs,
    } = this.#options;
    let opened: ListeningConnection | undefined;
    let isOver = false;
    // It may break before it is open: then open() rejects, or what it gives is of no use any more.
    const onEnd = () => {
      isOver = true;
      if (opened) this.#broke(opened);
    };
    try {
      const connection = await open({ url, channel, name, timeoutMs, onNotification, onEnd });
      opened = connection;
      if (this.#closed) return await connection.close();
      this.#connection = connection;
      if (isOver) return this.#broke(connection);
      this.#failures = 0;
      this.#later(checkMs, () => this.#check(connection));
      onListening();
    } catch (error) {
      onError(error);
      this.#retry();
    }
  }

  async #check(connection: ListeningConnection): Promise<void> {
    try {
      await connection.check();
      if (this.#connection === connection) this.#later(this.#options.checkMs, () => this.#check(connection));
    } catch (error) {
      this.#options.onError(error);
      await connection.close();
      this.#broke(connection);
    }
  }

  #broke(connection: ListeningConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#retry();
  }

  #retry(): void {
    const { retryMs = 100, retryMaxMs = 10_000 } = this.#options;
    const milliseconds = Math.min(retryMs * 2 ** this.#failures++, retryMaxMs);
    this.#later(milliseconds, () => this.#connect());
  }

  #later(milliseconds: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#working = work();
    }, milliseconds);
    this.#timer.unref();
  }
}
