/** Reads a stream of server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */

export interface ServerSentEvent {
  /** Where the stream stands, also in comments that keep the connection alive. */
  readonly id: string | undefined;
  /** null: nothing but a sign of life. */
  readonly data: string | null;
}

/** An event larger than this is none of ours. */
const MAX_EVENT_CHARS = 64 * 1024 * 1024;

/** @throws Error when one event is longer than any may be. */
export class EventParser {
  #buffer = '';
  #id: string | undefined;
  #data: string[] = [];

  /** The events that are whole with this piece. */
  push(text: string): ServerSentEvent[] {
    this.#buffer += text;
    const lines = this.#buffer.split(/\r\n|\n|\r(?!$)/);
    this.#buffer = lines.pop()!;
    if (this.#buffer.length > MAX_EVENT_CHARS) throw new Error('An event of the stream is too long');
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerSentEvent | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    if (field === 'id') this.#id = value;
    return null;
  }

  #dispatch(): ServerSentEvent {
    const event = { id: this.#id, data: this.#data.length > 0 ? this.#data.join('\n') : null };
    this.#id = undefined;
    this.#data = [];
    return event;
  }
}
