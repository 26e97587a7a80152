import { CLOUD_EVENT_MEDIA_TYPE, type OcrEvent } from '@edge-ocr/shared/contract/cloud-events';
import { HEADER } from '@edge-ocr/shared/internal';
import type { OutboxRow } from '../persist/outbox.ts';
import type { OutgoingMessage } from './kafka-client.ts';

/** What a message has beside key and value: headers with their names, and the frame of a record batch. */
const OVERHEAD_BYTES = 2000;

/**
 * An event as a message, in structured mode of the Kafka protocol binding for CloudEvents 1.0. One that would be larger
 * than `maxBytes` names the place of its data instead of holding it.
 */
export function eventMessage(row: OutboxRow, topicPrefix: string, maxBytes: number): OutgoingMessage {
  const isLarge = Buffer.byteLength(row.payload) + OVERHEAD_BYTES > maxBytes;
  return {
    topic: topicPrefix + row.topic,
    key: row.key,
    value: isLarge ? withReference(row.payload) : row.payload,
    headers: messageHeaders(row.headers),
  };
}

export function messageBytes({ value }: OutgoingMessage): number {
  return Buffer.byteLength(value ?? '') + OVERHEAD_BYTES;
}

/** CloudEvents' extension for data kept elsewhere: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/dataref.md */
export function withReference(payload: string): string {
  const event = JSON.parse(payload) as OcrEvent;
  const { job_id, shop_id } = event.data;
  return JSON.stringify({ ...event, dataref: `/api/v1/ocr/results/${job_id}`, data: { job_id, shop_id } });
}

function messageHeaders({ request_id, traceparent }: OutboxRow['headers']): Record<string, string> {
  return {
    'content-type': `${CLOUD_EVENT_MEDIA_TYPE}; charset=utf-8`,
    ...(request_id && { [HEADER.requestId]: request_id }),
    ...(traceparent && { [HEADER.traceparent]: traceparent }),
  };
}
