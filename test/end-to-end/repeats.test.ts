import { randomUUID } from 'node:crypto';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { resultsPageSchema } from '@edge-ocr/shared/contract/results';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, dataOf, errorOf, nodeRequests, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

let stack: TestStack;
let api: ApiClient;
let otherShop: ApiClient;
let receipt: Buffer;
let first: OcrResult;

beforeAll(async () => {
  stack = await startTestStack();
  api = new ApiClient(stack.edgeUrl, await stack.token());
  otherShop = new ApiClient(stack.edgeUrl, await stack.token({ shopId: randomUUID() }));
  receipt = await readFixture('receipt-2.jpg');
  const answer = await api.postForm({ image: receipt, type: 'receipt' });
  expect(answer.headers.get('x-cache')).toBe('MISS');
  first = resultOf(answer);
});
afterAll(() => stack?.stop());

/** What the stored row cannot know yet: how long storing it took. */
function stored({ timings: _timings, processing_time_ms: _time, cache: _cache, ...rest }: OcrResult) {
  return rest;
}

async function search(client: ApiClient, query: Record<string, string>) {
  return resultsPageSchema.parse(dataOf(await client.send(`/api/v1/ocr/results?${new URLSearchParams(query)}`)));
}

describe('a repeat', () => {
  it('is answered without the node, equal but for `cache`', async () => {
    const before = await nodeRequests(stack.nodeUrl);
    expect(first.cache).toBe('miss');
    const answer = await api.postForm({ image: receipt, type: 'receipt' });
    expect(answer.headers.get('x-cache')).toBe('HIT');
    expect(dataOf(answer)).toEqual({ ...first, cache: 'hit' });
    expect(await nodeRequests(stack.nodeUrl)).toBe(before);
  });

  it('by another shop is read anew, and says nothing of the first', async () => {
    const before = await nodeRequests(stack.nodeUrl);
    const result = resultOf(await otherShop.postForm({ image: receipt, type: 'receipt' }));
    expect(result).toMatchObject({ cache: 'miss', duplicate_of: null, text: first.text });
    expect(result.id).not.toBe(first.id);
    expect(await nodeRequests(stack.nodeUrl)).toBe(before + 1);
  });

  it('under other options is read anew, and named a duplicate', async () => {
    const result = resultOf(await api.postForm({ image: receipt, type: 'receipt', extract_barcodes: 'false' }));
    expect(result).toMatchObject({ cache: 'miss', duplicate_of: first.id });
  });

  it('of a failure is answered without the node too', async () => {
    const empty = receipt.subarray(0, 5000);
    const failure = errorOf(await api.postFile(empty));
    expect(failure.code).toBe('INVALID_IMAGE');
    const before = await nodeRequests(stack.nodeUrl);
    const again = errorOf(await api.postFile(empty));
    expect({ ...again.details, request_id: '' }).toEqual({ ...failure.details, request_id: '' });
    expect(await nodeRequests(stack.nodeUrl)).toBe(before);
  });
});

describe('after everything was stopped and started again', () => {
  beforeAll(() => stack.restart());

  it('a result is still there', async () => {
    const kept = resultOf(await api.send(`/api/v1/ocr/results/${first.id}`));
    expect(stored(kept)).toEqual(stored(first));
  });

  it('the same image gives the same answer', async () => {
    const again = resultOf(await api.postForm({ image: receipt, type: 'receipt' }));
    expect(again).toMatchObject({ text: first.text, structured: first.structured });
  });

  it('another shop does not see it', async () => {
    const error = errorOf(await otherShop.send(`/api/v1/ocr/results/${first.id}`));
    expect(error.code).toBe('NOT_FOUND');
    const missing = errorOf(await api.send(`/api/v1/ocr/results/${randomUUID()}`));
    expect(missing).toMatchObject({ code: 'NOT_FOUND', message: error.message });
  });

  it('search finds it by its words, by a part of them and by its type', async () => {
    for (const query of ['masking tape', 'bukit', 'SILICON']) {
      const ids = (await search(api, { query })).results.map(({ id }) => id);
      expect(ids, query).toContain(first.id);
    }
    expect((await search(api, { query: 'masking tape', type: 'product' })).results).toEqual([]);
    expect((await search(api, { query: 'zeppelin' })).results).toEqual([]);
    const theirs = (await search(otherShop, { query: 'masking tape' })).results.map(({ id }) => id);
    expect(theirs).toHaveLength(1);
    expect(theirs).not.toContain(first.id);
  });

  it('search goes page by page, newest first', async () => {
    const all = (await search(api, {})).results.map(({ id }) => id);
    expect(all.length).toBeGreaterThanOrEqual(2);
    expect(all.at(-1)).toBe(first.id);
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await search(api, { limit: '1', ...(cursor && { cursor }) });
      paged.push(...page.results.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(all);
  });
});
