import type { ServerResponse } from 'node:http';
import { CLOSE_GRACE_MS, type Closing, type EventConnection, type Message, PendingWrites } from './connection.ts';

/** How long a browser waits before it connects again by itself. */
const RETRY_MS = 2000;

/** Server-sent events (WHATWG HTML §9.2) on an answer that has sent nothing yet. */
export class SseConnection implements EventConnection {
  readonly pending = new PendingWrites();
  readonly #response: ServerResponse;

  constructor(response: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#response = response;
    response.on('error', () => {});
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-store',
      // Kept alive it would hold up a server that closes, long after the stream has ended.
      connection: 'close',
      // For nginx, which would gather events into buffers.
      'x-accel-buffering': 'no',
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  send({ id, event, json }: Message): void {
    this.#write(`id: ${id}\nevent: ${event}\ndata: ${json}\n\n`);
  }

  heartbeat(position: string): void {
    // An id without data is remembered by the client, and is no event to it.
    this.#write(`: \nid: ${position}\n\n`);
  }

  close({ reason }: Closing): void {
    if (this.#response.writableEnded) return;
    this.#response.end(`: closed: ${reason}\n\n`);
    setTimeout(() => this.#response.destroy(), CLOSE_GRACE_MS).unref();
  }

  onEnd(listener: () => void): void {
    if (this.#response.destroyed) listener();
    else this.#response.once('close', listener);
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    const written = this.pending.add(text);
    this.#response.write(text, written);
  }
}
