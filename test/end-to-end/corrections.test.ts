import { randomUUID } from 'node:crypto';
import type { Metrics } from '@edge-ocr/shared/contract/operations';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { resultsPageSchema } from '@edge-ocr/shared/contract/results';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf } from '../fixtures/written.ts';
import { type Answer, ApiClient, call, dataOf, errorOf, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

let stack: TestStack;
let api: ApiClient;
let image: Buffer;
let read: OcrResult;
beforeAll(async () => {
  stack = await startTestStack();
  api = new ApiClient(stack.edgeUrl, await stack.token());
  image = await readFixture('receipt-1.jpg');
  read = resultOf(await api.postFile(image, { type: 'receipt' }));
});
afterAll(() => stack?.stop());

function correct(fields: Record<string, unknown>, client = api, id = read.id): Promise<Answer> {
  return client.send(`/api/v1/ocr/results/${id}/corrections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fields }),
  });
}

describe('what a person says of a result', () => {
  it('is shown with it from then on, beside what was read', async () => {
    const { total } = read.structured;
    const corrected = resultOf(await correct({ total, company: 'Harbour Lane Stores', tax: null }));
    expect(corrected).toMatchObject({
      id: read.id,
      fields: read.fields,
      structured: { total, company: 'Harbour Lane Stores' },
      corrections: { total: { value: total }, company: { value: 'Harbour Lane Stores' }, tax: { value: null } },
    });
    expect(corrected.structured).not.toHaveProperty('tax');
    expect(resultOf(await api.send(`/api/v1/ocr/results/${read.id}`))).toEqual(corrected);
    const { results } = resultsPageSchema.parse(dataOf(await api.send('/api/v1/ocr/results?type=receipt')));
    expect(results).toEqual([corrected]);
    expect(resultOf(await correct({ total }))).toEqual(corrected);
  });

  it('leaves the answer for the same file what was read, from the cache and from a node', async () => {
    expect(resultOf(await api.postFile(image, { type: 'receipt' }))).toEqual({ ...read, cache: 'hit' });
    const byHash = `/api/v1/ocr/results/by-hash/${read.image.sha256}?type=receipt`;
    expect(resultOf(await api.send(byHash))).toEqual({ ...read, cache: 'hit' });
  });

  it('counts for the models, in the metrics of the API and of Prometheus', async () => {
    const operator = new ApiClient(stack.edgeUrl, await stack.token({ scope: 'admin' }));
    const { model_accuracy } = dataOf<Metrics>(await operator.send('/api/v1/metrics'));
    expect(model_accuracy.by_field).toMatchObject({ total: 1, company: 0 });
    expect(model_accuracy.by_model_version[read.model_version]).toMatchObject({ predictions: 3 });
    const scraped = await (await fetch(`${stack.nodeUrl}/metrics`)).text();
    expect(scraped).toContain(`ocr_field_accuracy{field="total",model_version="${read.model_version}"} 1`);
  });

  it('of a field or value that cannot be is refused, and told what can be', async () => {
    const error = errorOf(await correct({ sku: 'x' }));
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('sku') });
    expect(error.details.suggestion).toContain('payment_method');
    expect(errorOf(await correct({ date: '2026-13-01' })).code).toBe('INVALID_REQUEST');
    expect(errorOf(await correct({ total: '29.75' })).code).toBe('INVALID_REQUEST');
  });

  it('is for its own shop to say', async () => {
    const stranger = new ApiClient(stack.edgeUrl, await stack.token({ shopId: randomUUID() }));
    expect(errorOf(await correct({ total: 1 }, stranger)).code).toBe('NOT_FOUND');
    expect(errorOf(await correct({ total: 1 }, api, randomUUID())).code).toBe('NOT_FOUND');
    const past = await call(`${stack.nodeUrl}/api/v1/ocr/results/${read.id}/corrections`, {
      method: 'POST',
      body: '{}',
    });
    expect(errorOf(past).code).toBe('UNAUTHORIZED');
  });
});

describe('the same photo in other bytes', () => {
  it('is read, and names the first result', async () => {
    const copy = resultOf(await api.postFile(await copyOf(image), { type: 'receipt' }));
    expect(copy).toMatchObject({ cache: 'miss', duplicate_of: read.id, duplicate_match: 'appearance' });
    expect(copy.id).not.toBe(read.id);
    expect(copy).not.toHaveProperty('corrections');
  });

  it('is not another receipt, nor another shop’s', async () => {
    const other = resultOf(await api.postFile(await readFixture('receipt-2.jpg'), { type: 'receipt' }));
    expect(other).toMatchObject({ duplicate_of: null, duplicate_match: null });
    const stranger = new ApiClient(stack.edgeUrl, await stack.token({ shopId: randomUUID() }));
    expect(resultOf(await stranger.postFile(await copyOf(image), { type: 'receipt' })).duplicate_of).toBeNull();
  });
});
