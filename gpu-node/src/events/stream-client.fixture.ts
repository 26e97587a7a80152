/** For tests: clients of the event stream, over SSE and over WebSocket. */

export interface Told {
  readonly id: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What a client of either protocol offers. */
export interface StreamClient {
  /** Messages so far, positions included. */
  readonly told: readonly Told[];
  /** Those that are events of jobs. */
  readonly events: readonly Told[];
  /** The last id, also of a heartbeat. */
  readonly lastId: string;
  /** Resolves when the stream has ended; with a WebSocket's close code. */
  readonly ended: Promise<number | undefined>;
  close(): void;
}

class Gathered {
  readonly told: Told[] = [];
  lastId = '';

  get events(): Told[] {
    return this.told.filter(({ event }) => event.startsWith('job_'));
  }
}

export class SseClient extends Gathered implements StreamClient {
  /** Everything as it came. */
  text = '';
  ended: Promise<undefined>;
  readonly #leaving: AbortController;
  #rest = '';

  private constructor(response: Response, leaving: AbortController) {
    super();
    this.#leaving = leaving;
    this.ended = this.#read(response).then(() => undefined);
  }

  /** @throws Error with the whole answer when it is no stream. */
  static async open(url: string, headers: Record<string, string>): Promise<SseClient> {
    const leaving = new AbortController();
    const response = await fetch(url, { headers, signal: leaving.signal });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return new SseClient(response, leaving);
  }

  close(): void {
    this.#leaving.abort();
  }

  async #read(response: Response): Promise<void> {
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) this.#take(chunk);
    } catch {
      // Broken off, by either side.
    }
  }

  #take(chunk: string): void {
    this.text += chunk;
    const blocks = (this.#rest + chunk).split('\n\n');
    this.#rest = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block.split('\n').map((line) => {
          const at = line.indexOf(':');
          return [line.slice(0, at), line.slice(at + 1).trimStart()];
        }),
      );
      if (fields.id) this.lastId = fields.id;
      if (!fields.data) continue;
      const told = JSON.parse(fields.data) as Told;
      if (told.id !== fields.id || told.event !== fields.event) throw new Error(`not the same: ${block}`);
      this.told.push(told);
    }
  }
}

export class WebSocketClient extends Gathered implements StreamClient {
  readonly ended: Promise<number>;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
    this.ended = new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
    socket.addEventListener('message', ({ data }) => {
      const told = JSON.parse(String(data)) as Told;
      this.told.push(told);
      this.lastId = told.id;
    });
  }

  /** @throws Error when it is refused. */
  static async open(url: string, headers: Record<string, string>): Promise<WebSocketClient> {
    // Node's own takes headers, which browsers do not.
    const options = { headers } as unknown as string[];
    const socket = new WebSocket(url.replace(/^http/, 'ws'), options);
    const client = new WebSocketClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('the WebSocket was refused')));
    });
    return client;
  }

  say(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }
}
