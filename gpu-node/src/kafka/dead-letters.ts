import type { OcrError } from '@edge-ocr/shared/errors';
import { maskText } from '../log/mask-text.ts';
import {
  type IncomingMessage,
  type KafkaClient,
  MessageTooLargeError,
  type OutgoingMessage,
  type Publisher,
} from './kafka-client.ts';

export interface DeadLetters {
  /** Resolves when the message is kept there, with the reason in its headers. @throws when Kafka is away. */
  put(message: IncomingMessage, error: OcrError, attempts: number): Promise<void>;
  close(): Promise<void>;
}

/** Bytes of headers are counted neither here nor there. */
const HEADER_ROOM_BYTES = 4000;

/** @param maxMessageBytes of a message there; a larger one is put without its value, which is still where it came from. */
export function openDeadLetters(kafka: KafkaClient, topic: string, maxMessageBytes: number): DeadLetters {
  let opened: Promise<Publisher> | undefined;
  const send = async (message: OutgoingMessage) => {
    opened ??= kafka.openPublisher();
    const mine = opened;
    try {
      await (await mine).send([message]);
    } catch (error) {
      if (opened === mine) opened = undefined;
      void mine.then((publisher) => publisher.close()).catch(() => {});
      throw error;
    }
  };
  return {
    async put(message, error, attempts) {
      const letter = { topic, key: message.key, headers: { ...message.headers, ...reason(message, error, attempts) } };
      const bare = { ...letter, value: null, headers: { ...letter.headers, 'dlq-value': 'left out: too large' } };
      const isLarge = (message.value?.byteLength ?? 0) + HEADER_ROOM_BYTES > maxMessageBytes;
      if (isLarge) return send(bare);
      await send({ ...letter, value: message.value }).catch((failure: unknown) => {
        if (!(failure instanceof MessageTooLargeError)) throw failure;
        return send(bare);
      });
    },
    async close() {
      const publisher = await opened?.catch(() => undefined);
      await publisher?.close();
    },
  };
}

function reason({ topic, partition, offset }: IncomingMessage, error: OcrError, attempts: number) {
  return {
    'dlq-reason': error.code,
    'dlq-message': maskText(error.message),
    'dlq-topic': topic,
    'dlq-partition': String(partition),
    'dlq-offset': offset,
    'dlq-attempts': String(attempts),
    'dlq-time': new Date().toISOString(),
  };
}
