import { ocrEventSchema } from '@edge-ocr/shared/contract/cloud-events';
import { OcrError } from '@edge-ocr/shared/errors';
import { expect, test } from 'vitest';
import { newJobId } from '../persist/job-id.ts';
import { failedEvent } from '../persist/ocr-events.ts';
import { eventMessage, messageBytes } from './event-message.ts';

const jobId = newJobId();
const shopId = '6a1c2f0e-8a51-4a8b-9f0f-0a7b1f1d2c3d';
const event = failedEvent(jobId, shopId, new OcrError('INVALID_IMAGE'));
const row = {
  ...{ id: 1n, topic: 'ocr.failed', key: shopId, type: 'ocr.failed', payload: JSON.stringify(event) },
  headers: { request_id: 'request-1' },
};

test('an event is a message in structured mode, keyed by shop', () => {
  expect(eventMessage(row, 'eu.', 100_000)).toEqual({
    ...{ topic: 'eu.ocr.failed', key: shopId, value: row.payload },
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8', 'x-request-id': 'request-1' },
  });
});

test('one that is too large names the place of its data, and fits', () => {
  const payload = JSON.stringify({ ...event, data: { ...event.data, more: 'é'.repeat(5000) } });
  const message = eventMessage({ ...row, payload }, '', 10_000);
  const reference = JSON.parse(String(message.value));
  expect(reference).toMatchObject({ id: event.id, dataref: `/api/v1/ocr/results/${jobId}` });
  expect(reference.data).toEqual({ job_id: jobId, shop_id: shopId });
  expect(messageBytes(message)).toBeLessThan(10_000);
  expect(eventMessage({ ...row, payload }, '', 20_000).value).toBe(payload);
});

test('the schema knows every type of event', () => {
  expect(ocrEventSchema.parse(event)).toEqual(event);
});
