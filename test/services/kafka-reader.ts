/** Reads topics as somebody else's consumer would, for tests. */
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';

export interface ReadMessage {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface KafkaReader {
  /** Everything so far, in the order of each partition. */
  readonly messages: readonly ReadMessage[];
  /** Resolves when the condition holds. @throws Error after a minute. */
  until(condition: (messages: readonly ReadMessage[]) => boolean): Promise<void>;
  stop(): Promise<void>;
}

const RETRY = { initialRetryTime: 200, retries: 30, maxRetryTime: 1000 };
const PATIENCE_MS = 60_000;

export function testKafka(broker: string): kafkajs.Kafka {
  return new kafkajs.Kafka({ brokers: [broker], clientId: 'test', logLevel: kafkajs.logLevel.NOTHING, retry: RETRY });
}

/** Waits for the topics to be made. */
export async function readTopics(broker: string, topics: readonly string[], groupId: string): Promise<KafkaReader> {
  const messages: ReadMessage[] = [];
  await untilMade(broker, topics);
  const consumer = testKafka(broker).consumer({ groupId, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      const { key, value } = message;
      messages.push({
        ...{ topic, partition },
        key: key?.toString() ?? null,
        value: value?.toString() ?? null,
        headers: Object.fromEntries(headers),
      });
    },
  });
  return {
    messages,
    async until(condition) {
      const late = Date.now() + PATIENCE_MS;
      while (!condition(messages)) {
        if (Date.now() > late) throw new Error(`Waited in vain; ${messages.length} messages came`);
        await sleep(50);
      }
    },
    stop: () => consumer.disconnect(),
  };
}

async function untilMade(broker: string, topics: readonly string[]): Promise<void> {
  const admin = testKafka(broker).admin();
  await admin.connect();
  const late = Date.now() + PATIENCE_MS;
  for (let made = new Set<string>(); !topics.every((topic) => made.has(topic)); ) {
    if (Date.now() > late) throw new Error(`Nobody made all of ${topics.join(', ')}`);
    await sleep(100);
    made = new Set(await admin.listTopics());
  }
  await admin.disconnect();
}
