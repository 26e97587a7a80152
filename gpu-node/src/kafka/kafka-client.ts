/** What this node needs of Kafka, whatever client gives it. */

/** What this needs of a logger; pino's fits. */
export interface KafkaLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

export interface OutgoingMessage {
  readonly topic: string;
  /** Messages of one key stay in order. */
  readonly key: string | null;
  readonly value: Buffer | string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Messages of one partition, in order. */
export interface IncomingBatch {
  readonly messages: readonly IncomingMessage[];
  /** Everything up to this message is done with, and need not come again. */
  resolve(message: IncomingMessage): void;
  /** Tells the broker what is resolved, not more often than once a second; it is told again when the batch ends. */
  commit(): Promise<void>;
  /** Keeps the partition. Cheap to call too often. @throws when the group is rebalancing: end the batch with this error. */
  heartbeat(): Promise<void>;
  /** Fetches nothing more of the partition for a while; what is not resolved comes again then. */
  pauseFor(milliseconds: number): void;
  /** False when the consumer is stopping: begin nothing new. */
  isRunning(): boolean;
}

export interface Subscription {
  readonly groupId: string;
  readonly topic: string;
  /** Partitions that are worked on beside each other. */
  readonly partitionsAtOnce: number;
  /** The partition goes on behind what was resolved, also when it throws. */
  readonly onBatch: (batch: IncomingBatch) => Promise<void>;
}

export interface Consumer {
  /** Ends after the batches in hand, commits and leaves the group. Idempotent. */
  stop(): Promise<void>;
}

/** Idempotent, acks of all replicas in sync. After a failure it is of no more use: close it and open another. */
export interface Publisher {
  /** Resolves when all are kept. @throws MessageTooLargeError, KafkaAwayError */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly config?: Readonly<Record<string, string>>;
}

export interface KafkaClient {
  /** @throws KafkaAwayError */
  openPublisher(): Promise<Publisher>;
  /** Starts in the background, and starts anew whenever it breaks. */
  consume(subscription: Subscription): Consumer;
  /** Makes the topics that are missing, with the broker's own replication. @returns those made now. @throws KafkaAwayError */
  createTopics(topics: readonly TopicSpec[]): Promise<string[]>;
}

export class KafkaAwayError extends Error {
  constructor(cause: unknown) {
    super(`Kafka does not answer as it should: ${(cause as Error)?.message ?? cause}`, { cause });
    this.name = 'KafkaAwayError';
  }
}

export class MessageTooLargeError extends Error {
  constructor(cause: unknown) {
    super('The broker takes no message of this size', { cause });
    this.name = 'MessageTooLargeError';
  }
}
