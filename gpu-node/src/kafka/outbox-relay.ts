/** Publishes what is in the outbox: every event at least once, those of a shop in order. One relay at a time over the pool. */
import type { Database, Queryable } from '../persist/database.ts';
import {
  markPublished,
  OUTBOX_CHANNEL,
  type OutboxRow,
  readUnpublished,
  setRelayIdle,
  tryRelayLock,
} from '../persist/outbox.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracer.ts';
import { backoffMs, pause, unlessStopped } from './backoff.ts';
import { eventMessage, messageBytes, withReference } from './event-message.ts';
import {
  type KafkaClient,
  type KafkaLog,
  MessageTooLargeError,
  type OutgoingMessage,
  type Publisher,
} from './kafka-client.ts';
import { OutboxOrder } from './outbox-order.ts';
import { endWith, traceRow } from './trace-events.ts';

export interface RelayOptions {
  readonly database: Database;
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  /** Events a batch. */
  readonly batchEvents: number;
  /** Bytes of a batch, and so of a message, at most. */
  readonly maxMessageBytes: number;
  /** Looks for events so often, whether or not it was told of any. */
  readonly pollMs: number;
  /** Between attempts while Kafka is away. */
  readonly retryMaxMs: number;
  readonly onPublished: (events: number) => void;
  /** Each publishing of an event is a span of the request or job that the event came from. */
  readonly tracing?: Tracing;
  readonly log: KafkaLog;
}

export interface OutboxRelay {
  /** Ends after the batch in hand. Idempotent. */
  stop(): Promise<void>;
}

/** While ids are missing that may still come. */
const GAP_POLL_MS = 20;
/** Other nodes look so many polls apart whether they are to relay. */
const POLLS_OF_OTHERS = 5;
/** With so many events at once the relay finds the next ones without being told. */
const BUSY_EVENTS = 10;

/** Starts in the background. Failures are logged and tried again with more and more time between. */
export function startOutboxRelay(options: RelayOptions): OutboxRelay {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    for (let failures = 0; !signal.aborted; ) {
      try {
        // A failure ends the session and with it the lock: a node that reaches Kafka may take over.
        await options.database.session((session) => relay(session, options, signal, () => (failures = 0)));
        const waitMs = POLLS_OF_OTHERS * options.pollMs;
        await pause(backoffMs(0, { firstMs: waitMs, maxMs: waitMs }), signal);
      } catch (err) {
        const waitMs = backoffMs(failures++, { firstMs: 500, maxMs: options.retryMaxMs });
        if (!signal.aborted) options.log.warn({ err, wait_ms: waitMs }, 'events could not be published; they wait');
        await pause(waitMs, signal);
      }
    }
  })();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

/** Returns at once where another node relays. */
async function relay(session: Queryable, options: RelayOptions, signal: AbortSignal, onSuccess: () => void) {
  if (!(await tryRelayLock(session))) return;
  const bell = new Bell(signal);
  const ring = () => bell.ring();
  const listening = options.database.listen(OUTBOX_CHANNEL, ring, ring);
  let publisher: Publisher | undefined;
  try {
    publisher = await unlessStopped(options.kafka.openPublisher(), signal, (late) => late.close());
    const order = new OutboxOrder();
    let isIdle = false;
    await setRelayIdle(session, isIdle);
    const setIdle = async (idle: boolean) => {
      if (idle !== isIdle) await setRelayIdle(session, idle);
      isIdle = idle;
    };
    while (!signal.aborted) {
      const { published, waiting } = await publishNext(session, publisher, order, options);
      if (published > 0) {
        onSuccess();
        options.onPublished(published);
        if (published >= BUSY_EVENTS) await setIdle(false);
      } else if (waiting > 0) {
        await bell.wait(GAP_POLL_MS);
      } else if (isIdle) {
        await bell.wait(options.pollMs);
      } else {
        // And looks once more, for what came before others knew.
        await setIdle(true);
      }
    }
  } finally {
    await Promise.all([publisher?.close(), listening.stop()]);
  }
}

async function publishNext(session: Queryable, publisher: Publisher, order: OutboxOrder, options: RelayOptions) {
  const { batchEvents, maxMessageBytes, topicPrefix } = options;
  const page = await readUnpublished(session, { rows: batchEvents, bytes: maxMessageBytes });
  const ready = order.ready(page);
  const batch = ready.map((row) => {
    const traced = traceRow(row, options.tracing ?? NO_TRACING);
    return { ...traced, message: eventMessage(traced.row, topicPrefix, maxMessageBytes) };
  });
  for (const part of splitByBytes(batch, maxMessageBytes)) {
    const messages = part.map(({ message }) => message);
    await endWith(part, sendAll(publisher, messages));
    // A relay that dies in between publishes the batch again: at least once.
    const rows = part.map(({ row }) => row);
    await markPublished(
      session,
      rows.map(({ id }) => id),
    );
    order.published(rows.at(-1) as OutboxRow);
  }
  return { published: ready.length, waiting: page.rows.length - ready.length };
}

/** A broker bounds the records of a partition that come together as one, so parts are bounded as messages are. */
function* splitByBytes<T extends { message: OutgoingMessage }>(batch: readonly T[], maxBytes: number): Generator<T[]> {
  let part: T[] = [];
  let bytes = 0;
  for (const item of batch) {
    const size = messageBytes(item.message);
    if (part.length > 0 && bytes + size > maxBytes) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

/** The broker's own limit may be lower than ours: then one by one, and what is still too large without its data. */
async function sendAll(publisher: Publisher, messages: readonly OutgoingMessage[]): Promise<void> {
  try {
    await publisher.send(messages);
  } catch (error) {
    if (!(error instanceof MessageTooLargeError)) throw error;
    for (const message of messages) await sendAlone(publisher, message);
  }
}

async function sendAlone(publisher: Publisher, message: OutgoingMessage): Promise<void> {
  try {
    await publisher.send([message]);
  } catch (error) {
    if (!(error instanceof MessageTooLargeError) || message.value === null) throw error;
    await publisher.send([{ ...message, value: withReference(message.value.toString()) }]);
  }
}

/** Wakes who waits; a ring while nobody waits is kept for the next one. */
class Bell {
  readonly #stop: AbortSignal;
  #rung = false;
  #wake: AbortController | null = null;

  constructor(stop: AbortSignal) {
    this.#stop = stop;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.abort();
  }

  async wait(milliseconds: number): Promise<void> {
    if (!this.#rung) {
      this.#wake = new AbortController();
      await pause(milliseconds, AbortSignal.any([this.#wake.signal, this.#stop]));
    }
    this.#rung = false;
    this.#wake = null;
  }
}
