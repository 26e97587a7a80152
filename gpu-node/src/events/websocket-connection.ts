import { EVENTS_CLOSE_CODE } from '@edge-ocr/shared/contract/events';
import { CLOSE_GRACE_MS, type Closing, type EventConnection, type Message, PendingWrites } from './connection.ts';

/** What is used of a socket of `ws`. */
export interface ServerSocket {
  readonly readyState: number;
  send(text: string, sent: () => void): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'pong' | 'close', listener: () => void): void;
}

const OPEN = 1;
const CLOSED = 3;

export class WebSocketConnection implements EventConnection {
  readonly pending = new PendingWrites();
  readonly #socket: ServerSocket;
  #answered = true;
  #told = '';

  constructor(socket: ServerSocket) {
    this.#socket = socket;
    socket.on('pong', () => {
      this.#answered = true;
    });
  }

  send({ id, json }: Message): void {
    this.#told = id;
    this.#write(json);
  }

  heartbeat(position: string): void {
    if (this.#socket.readyState !== OPEN) return;
    if (!this.#answered) {
      this.#socket.terminate();
      return;
    }
    this.#answered = false;
    this.#socket.ping();
    if (position === this.#told) return;
    this.#told = position;
    this.#write(JSON.stringify({ id: position, event: 'position' }));
  }

  close({ code, reason }: Closing): void {
    if (this.#socket.readyState !== OPEN) return;
    this.#socket.close(EVENTS_CLOSE_CODE[code], reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS).unref();
  }

  onEnd(listener: () => void): void {
    if (this.#socket.readyState === CLOSED) listener();
    else this.#socket.on('close', listener);
  }

  #write(text: string): void {
    if (this.#socket.readyState !== OPEN) return;
    const written = this.pending.add(text);
    this.#socket.send(text, written);
  }
}
