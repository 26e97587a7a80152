import { randomUUID } from 'node:crypto';
import { type BatchResult, batchResultSchema } from '@edge-ocr/shared/contract/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textNamedJpg, truncatedJpeg } from '../fixtures/bad-input.ts';
import { readTruth } from '../fixtures/truth.ts';
import { type Answer, ApiClient, dataOf, errorOf, nodeRequests, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

let stack: TestStack;
let api: ApiClient;
let images: Buffer[];
beforeAll(async () => {
  stack = await startTestStack();
  api = new ApiClient(stack.edgeUrl, await stack.token());
  images = await Promise.all(['receipt-1.jpg', 'receipt-2.jpg', 'receipt-3.jpg'].map(readFixture));
});
afterAll(() => stack?.stop());

function post(files: readonly Uint8Array[], headers: Record<string, string> = {}): Promise<Answer> {
  const form = new FormData();
  for (const bytes of files) form.append('images', new Blob([new Uint8Array(bytes)]), 'photo.jpg');
  form.set('type', 'receipt');
  return api.send('/api/v1/ocr/batch', { method: 'POST', body: form, headers });
}

async function batchOf(files: readonly Uint8Array[]): Promise<BatchResult> {
  return batchResultSchema.parse(dataOf(await post(files)));
}

describe('a batch', () => {
  it('reads its images, and bad ones fail alone', async () => {
    const { results, ...batch } = await batchOf([images[0]!, textNamedJpg(), images[1]!, await truncatedJpeg()]);
    expect(batch).toMatchObject({ total_images: 4, processed_images: 2 });
    expect(results.map(({ index, error }) => [index, error?.code])).toEqual([
      [0, undefined],
      [1, 'UNSUPPORTED_TYPE'],
      [2, undefined],
      [3, 'INVALID_IMAGE'],
    ]);
    for (const [index, name] of [
      [0, 'receipt-1.jpg'],
      [2, 'receipt-2.jpg'],
    ] as const) {
      expect(results[index]?.result?.structured).toMatchObject({ total: readTruth()[name]!.fields.total });
    }
    const { id } = results[0]!.result!;
    expect(resultOf(await api.send(`/api/v1/ocr/results/${id}`)).id).toBe(id);
    expect(resultOf(await api.postFile(images[0]!, { type: 'receipt' }))).toMatchObject({ id, cache: 'hit' });
  });

  it('asks a node only for what is not known', async () => {
    const known = resultOf(await api.postFile(images[0]!, { type: 'receipt' }));
    const before = await nodeRequests(stack.nodeUrl);
    const { results } = await batchOf([images[2]!, images[0]!]);
    expect(results.map(({ result }) => result?.cache)).toEqual(['miss', 'hit']);
    expect(results[1]?.result?.id).toBe(known.id);
    expect(await nodeRequests(stack.nodeUrl)).toBe(before + 1);
  });

  it('under an Idempotency-Key is answered once', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await post([images[0]!, textNamedJpg()], headers);
    const second = await post([images[0]!, textNamedJpg()], headers);
    const withoutRequestIds = ({ body }: Answer) => JSON.stringify(body).replaceAll(/"request_id":"[^"]*"/g, '');
    expect(withoutRequestIds(second)).toBe(withoutRequestIds(first));
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(batchResultSchema.parse(dataOf(first)).results.map(({ error }) => error?.code)).toEqual([
      undefined,
      'UNSUPPORTED_TYPE',
    ]);
    // Only the bad image is another, which would reach no node without the key.
    const other = await post([images[0]!, Buffer.from('another text that is no image')], headers);
    expect(errorOf(other).code).toBe('CONFLICT');
  });
});
