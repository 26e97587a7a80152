import { randomUUID } from 'node:crypto';
import { OcrError } from '@edge-ocr/shared/errors';
import { describe, expect, test } from 'vitest';
import type { IncomingMessage } from './kafka-client.ts';
import { readRequest } from './read-request.ts';

const LIMITS = { inlineBytes: 100, messageBytes: 5000 };
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const shopId = randomUUID();
const userId = randomUUID();
const key = `shop/${shopId}/${'a'.repeat(64)}`;
const data = { request_id: 'request-1', shop_id: shopId, user_id: userId, image: { key } };

function message(event: unknown, headers: Record<string, string> = {}): IncomingMessage {
  const value = event === null ? null : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  return { topic: 'ocr.requests', partition: 0, offset: '0', key: null, value, headers };
}
const event = (overrides: object = {}, attributes: object = {}) => ({
  ...{ specversion: '1.0', type: 'ocr.request', id: '1', source: '/erp', ...attributes },
  data: { ...data, ...overrides },
});

function problemOf(sent: unknown): { code: string; message: string; retryable: boolean } {
  try {
    readRequest(message(sent), LIMITS);
  } catch (error) {
    return error as OcrError;
  }
  throw new Error('It was taken');
}

describe('readRequest', () => {
  test('defaults of the API hold, ids are in lower case, the header’s trace comes first', () => {
    expect(readRequest(message(event()), LIMITS)).toEqual({
      ...{ requestId: 'request-1', shopId, userId, image: { key } },
      options: { type: 'product', confidence_threshold: 0.8, extract_barcodes: true, language: 'en' },
    });
    const upper = event({ shop_id: shopId.toUpperCase() }, { traceparent: 'none' });
    const request = readRequest(message(upper, { traceparent: TRACEPARENT }), LIMITS);
    expect(request).toMatchObject({ shopId, traceparent: TRACEPARENT });
    expect(readRequest(message(event({}, { traceparent: TRACEPARENT })), LIMITS).traceparent).toBe(TRACEPARENT);
  });

  test('an image may be in the message', () => {
    const bytes = Buffer.from('some bytes');
    const sent = event({ image: { base64: bytes.toString('base64') } });
    expect(readRequest(message(sent), LIMITS).image).toEqual({ bytes });
  });

  test.each([
    [null, 'INVALID_REQUEST', 'empty'],
    ['{', 'INVALID_REQUEST', 'The message'],
    [event({}, { type: 'ocr.completed' }), 'INVALID_REQUEST', 'type'],
    [event({ shop_id: 'shop-17' }), 'INVALID_REQUEST', 'data.shop_id'],
    [event({ request_id: 'a b' }), 'INVALID_REQUEST', 'data.request_id'],
    [event({ options: { typ: 'receipt' } }), 'INVALID_REQUEST', 'data.options'],
    [event({ image: { key, base64: 'AAAA' } }), 'INVALID_REQUEST', 'data.image'],
    [event({ image: { base64: 'not base64!' } }), 'INVALID_REQUEST', 'data.image'],
    [event({ image: { key: `${key}/../../x` } }), 'INVALID_REQUEST', 'data.image.key'],
    [event({ image: { key: `shop/${randomUUID()}/${'a'.repeat(64)}` } }), 'FORBIDDEN', 'another shop'],
    [event({ image: { base64: Buffer.alloc(101).toString('base64') } }), 'IMAGE_TOO_LARGE', '100 bytes'],
    [' '.repeat(5001), 'IMAGE_TOO_LARGE', '5000 bytes'],
  ])('%#: what is wrong is said, and is final', (sent, code, said) => {
    const problem = problemOf(sent);
    expect(problem).toBeInstanceOf(OcrError);
    expect(problem).toMatchObject({ code, retryable: false });
    expect(problem.message).toContain(said);
    expect(problem.message).not.toContain('shop-17');
  });
});
