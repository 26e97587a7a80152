import type { Closing, EventConnection, Message } from './connection.ts';
import { formatPosition, isAfter, type Position } from './position.ts';
import type { StoredEvent } from './read-events.ts';

export interface BufferLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** How often a client that catches up is looked at. */
const DRAIN_POLL_MS = 10;
/** A client that takes no message for so long, while some wait, is gone without a word. */
const MAX_STUCK_HEARTBEATS = 4;

/** What one connection wants to hear, and how far it has come. It never gets an event twice, nor one before an earlier. */
export class Subscription {
  readonly shopId: string;
  readonly jobId: string | undefined;
  readonly #connection: EventConnection;
  readonly #limits: BufferLimits;
  #position: Position;
  /** Fed by the shop's feed; before that it reads for itself. */
  isLive = false;
  isOver = false;
  /** What is being read for it alone; one thing after the other. */
  following: Promise<void> = Promise.resolve();
  /** Why the service ended it; undefined when the client did. */
  closing: Closing | undefined;
  #taken = 0;
  #stuckHeartbeats = 0;

  constructor(
    connection: EventConnection,
    { shopId, jobId, position, limits }: { shopId: string; jobId?: string; position: Position; limits: BufferLimits },
  ) {
    this.#connection = connection;
    this.shopId = shopId;
    this.jobId = jobId;
    this.#position = position;
    this.#limits = limits;
  }

  get position(): Position {
    return this.#position;
  }

  wants({ position, jobId }: StoredEvent): boolean {
    return !this.isOver && isAfter(position, this.#position) && (this.jobId === undefined || this.jobId === jobId);
  }

  /** What is waiting counts, not what comes: a result may be larger than the bound. */
  get hasRoom(): boolean {
    const { messages, bytes } = this.#connection.pending;
    return messages < this.#limits.messages && bytes < this.#limits.bytes;
  }

  /** A client without room is cut instead: what it has missed it gets when it resumes. */
  deliver(message: Message, position: Position): void {
    if (this.isOver) return;
    if (!this.hasRoom) {
      this.close(TOO_SLOW);
      return;
    }
    this.#connection.send(message);
    this.#position = position;
  }

  /** Nothing that it wants lies before this. */
  advance(position: Position): void {
    if (isAfter(position, this.#position)) this.#position = position;
  }

  /** Begins anew from a place that the client names. */
  restart(position: Position): void {
    this.isLive = false;
    this.#position = position;
  }

  /** Waits until the client has taken nearly all that it was sent; for reading at its own pace. */
  async drained(timeoutMs: number): Promise<void> {
    const late = Date.now() + timeoutMs;
    while (!this.isOver && this.#isHalfFull()) {
      if (Date.now() > late) return this.close(TOO_SLOW);
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }

  #isHalfFull(): boolean {
    const { messages, bytes } = this.#connection.pending;
    return messages * 2 > this.#limits.messages || bytes * 2 > this.#limits.bytes;
  }

  heartbeat(): void {
    if (this.isOver) return;
    const { messages, taken } = this.#connection.pending;
    this.#stuckHeartbeats = messages > 0 && taken === this.#taken ? this.#stuckHeartbeats + 1 : 0;
    this.#taken = taken;
    if (this.#stuckHeartbeats >= MAX_STUCK_HEARTBEATS) this.close(TOO_SLOW);
    else this.#connection.heartbeat(formatPosition(this.#position));
  }

  close(closing: Closing): void {
    if (this.isOver) return;
    this.isOver = true;
    this.closing = closing;
    this.#connection.close(closing);
  }

  /** The connection has ended. */
  ended(): void {
    this.isOver = true;
  }
}

export const TOO_SLOW: Closing = { code: 'tryAgain', reason: 'read too slowly; resume with the last id' };

export const NOT_NOW: Closing = {
  code: 'tryAgain',
  reason: 'the database does not answer; resume with the last id',
};
