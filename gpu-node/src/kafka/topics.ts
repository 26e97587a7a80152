import { INVENTORY_BULK_UPDATE, OCR_COMPLETED, OCR_FAILED } from '@edge-ocr/shared/contract/cloud-events';
import type { TopicSpec } from './kafka-client.ts';

export const REQUESTS_TOPIC = 'ocr.requests';
export const DEAD_LETTERS_TOPIC = 'ocr.requests.dlq';

const DAY_MS = 86_400_000;

/** What a node makes where it is missing; everything else of a topic is as the brokers are set. */
export function topicSpecs(prefix: string, partitions: number): TopicSpec[] {
  return [
    ...[OCR_COMPLETED, OCR_FAILED, INVENTORY_BULK_UPDATE].map((topic) => ({ topic: prefix + topic, partitions })),
    // Whatever codec senders choose, the broker keeps it in one that every consumer can read.
    { topic: prefix + REQUESTS_TOPIC, partitions, config: { 'compression.type': 'gzip' } },
    { topic: prefix + DEAD_LETTERS_TOPIC, partitions: 1, config: { 'retention.ms': String(30 * DAY_MS) } },
  ];
}
