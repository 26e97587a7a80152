/** Publishing to Kafka, requests from it, and how long events are kept. */
import { z } from 'zod';
import { flag, fraction, integer, MIB, path, type VariablesOf } from './variable.ts';

const isHostAndPort = (text: string) => /^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/.test(text);

export const kafkaVariables = {
  KAFKA_BROKERS: z
    .string()
    .transform((list) => list.split(',').map((broker) => broker.trim()))
    .refine((brokers) => brokers.every(isHostAndPort), 'must be a list of host:port, separated by commas')
    .optional()
    .describe('Without it there is no Kafka: events stay in the database, and are swept.'),
  KAFKA_CLIENT_ID: z.string().min(1).max(200).default('edge-ocr').describe('As brokers log and limit it.'),
  KAFKA_TLS: flag.default(false),
  KAFKA_TLS_CA_FILE: path.optional().describe('PEM of who signed the brokers’ certificates; default: the public ones.'),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_CONNECT_TIMEOUT_MS: integer(100, 60_000).default(3000),
  KAFKA_REQUEST_TIMEOUT_MS: integer(1000, 300_000).default(15_000).describe('For a broker’s answer.'),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[\w.-]{0,100}$/)
    .default('')
    .describe('Before the names of all topics and consumer groups.'),
  KAFKA_CREATE_TOPICS: flag.default(true).describe('Whether missing topics are made when a node starts.'),
  KAFKA_PARTITIONS: integer(1, 10_000).default(12).describe('Of topics that are made.'),
  KAFKA_MAX_MESSAGE_BYTES: integer(10_000, 100 * MIB)
    .default(1_000_000)
    .describe('Of a message, sent or taken; below the brokers’ message.max.bytes.'),
  KAFKA_RELAY_EVENTS: integer(1, 10_000).default(100).describe('Events published as one batch.'),
  KAFKA_RELAY_POLL_MS: integer(10, 60_000).default(1000).describe('Looks for events so often, told of any or not.'),
  KAFKA_RETRY_MAX_MS: integer(100, 600_000)
    .default(10_000)
    .describe('Between attempts to publish while Kafka is away.'),
  KAFKA_CONSUME_REQUESTS: flag.default(true).describe('Whether this node takes requests from ocr.requests.'),
  KAFKA_REQUESTS_AT_ONCE: integer(1, 1000).default(4).describe('Requests of Kafka processed at a time.'),
  KAFKA_MAX_LOAD: fraction
    .default(0.75)
    .describe('Of MAX_IN_FLIGHT; with more in flight requests of Kafka wait, and leave the rest to clients.'),
  KAFKA_MAX_INLINE_BYTES: integer(0, 100 * MIB)
    .default(700_000)
    .describe('Of an image inside a message; in base64 it is a third larger.'),
  KAFKA_REQUEST_RETRIES: integer(0, 20).default(3).describe('Attempts after the first, for failures that may pass.'),
  KAFKA_REQUEST_RETRY_MAX_MS: integer(0, 60_000).default(30_000).describe('Between them; 1, 2, 4 … seconds at first.'),
  KAFKA_REST_MS: integer(10, 60_000).default(1000).describe('A partition rests so long while the node is overloaded.'),
  KAFKA_REQUEST_DAYS: integer(1, 3650).default(30).describe('A request is known again for so long.'),
  KAFKA_SYNC_PRODUCTS: flag.default(true).describe('Whether this node writes products from ocr.completed.'),
  PRODUCT_SYNC_MIN_CONFIDENCE: fraction.default(0.8).describe('Fields that are less sure are not taken over.'),
  OUTBOX_PUBLISHED_HOURS: integer(1, 8760).default(24).describe('Published events are removed after this.'),
  OUTBOX_UNREAD_HOURS: integer(1, 87_600)
    .default(168)
    .describe('Without Kafka, events that nobody published are removed after this.'),
};

export function kafkaContradictions(
  config: Partial<VariablesOf<typeof kafkaVariables> & { readonly DATABASE_POOL_SIZE: number }>,
): string[] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD: password } = config;
  const isUnderstood =
    (mechanism === undefined) === (user === undefined) && (user === undefined) === (password === undefined);
  const { KAFKA_MAX_INLINE_BYTES: inline = 0, KAFKA_MAX_MESSAGE_BYTES: message = 0 } = config;
  return [
    ...(isUnderstood
      ? []
      : ['KAFKA_SASL_MECHANISM: goes with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, all or none']),
    ...(mechanism === 'plain' && !config.KAFKA_TLS
      ? ['KAFKA_SASL_MECHANISM: plain sends the password as it is, so KAFKA_TLS is needed too']
      : []),
    ...(config.KAFKA_BROKERS && config.DATABASE_POOL_SIZE === 1
      ? ['DATABASE_POOL_SIZE: must be 2 or more with KAFKA_BROKERS, for the relay keeps a connection']
      : []),
    ...(inline * (4 / 3) > message
      ? ['KAFKA_MAX_INLINE_BYTES: does not fit into KAFKA_MAX_MESSAGE_BYTES in base64']
      : []),
  ];
}
