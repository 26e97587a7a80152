import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, errorOf, nodeRequests, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

const CACHE_SECONDS = 2;
let stack: TestStack;
let api: ApiClient;
let posted: OcrResult;
let path: string;

beforeAll(async () => {
  stack = await startTestStack({ edgeVars: { CACHE_TTL_SECONDS: String(CACHE_SECONDS) } });
  api = new ApiClient(stack.edgeUrl, await stack.token());
  const image = await readFixture('format-grey.jpg');
  path = `/api/v1/ocr/results/by-hash/${createHash('sha256').update(image).digest('hex')}`;
  expect((await api.send(`${path}?type=receipt`, { method: 'HEAD' })).status).toBe(404);
  posted = resultOf(await api.postFile(image, { type: 'receipt' }));
});
afterAll(() => stack?.stop());

describe('a known image', () => {
  it('is found by its hash without an upload, also when no cache has it any more', async () => {
    await sleep(CACHE_SECONDS * 1000 + 200);
    const before = await nodeRequests(stack.nodeUrl);
    const head = await api.send(`${path}?type=receipt&language=en`, { method: 'HEAD' });
    expect([head.status, head.headers.get('x-cache'), head.body]).toEqual([200, 'MISS', null]);
    const answer = await api.send(`${path}?type=receipt`);
    expect(answer.headers.get('x-cache')).toBe('HIT');
    expect(resultOf(answer)).toMatchObject({ id: posted.id, text: posted.text, cache: 'hit' });
    expect(await nodeRequests(stack.nodeUrl)).toBe(before);
  });

  it('is unknown under other options, and to another shop', async () => {
    expect((await api.send(`${path}?type=invoice`, { method: 'HEAD' })).status).toBe(404);
    const stranger = new ApiClient(stack.edgeUrl, await stack.token({ shopId: randomUUID() }));
    expect(errorOf(await stranger.send(`${path}?type=receipt`)).code).toBe('NOT_FOUND');
  });
});
