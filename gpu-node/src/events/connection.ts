/** One client's end of the stream, whatever it speaks. */
import type { EVENTS_CLOSE_CODE } from '@edge-ocr/shared/contract/events';

export interface Message {
  /** Where it stands in the stream, as clients write it. */
  readonly id: string;
  /** Name of the event. */
  readonly event: string;
  /** The whole message. */
  readonly json: string;
}

export interface Closing {
  readonly code: keyof typeof EVENTS_CLOSE_CODE;
  readonly reason: string;
}

export interface EventConnection {
  send(message: Message): void;
  /** Shows both ends that the other is there, and tells the place when it has moved without an event. */
  heartbeat(position: string): void;
  /** What was sent and has not left this process yet. */
  readonly pending: Readonly<PendingWrites>;
  /** Says why where the protocol can, and ends the connection soon after, whether the client listens or not. */
  close(closing: Closing): void;
  /** Calls back once, when the connection has ended, however. */
  onEnd(listener: () => void): void;
}

/** A client that does not take its last bytes within this is cut off. */
export const CLOSE_GRACE_MS = 2000;

/** Counts what the network has not taken yet. */
export class PendingWrites {
  messages = 0;
  bytes = 0;
  /** Messages that have left. */
  taken = 0;

  /** @returns is to be called when it has been written. */
  add(text: string): () => void {
    const bytes = Buffer.byteLength(text);
    this.messages++;
    this.bytes += bytes;
    return () => {
      this.messages--;
      this.taken++;
      this.bytes -= bytes;
    };
  }
}
