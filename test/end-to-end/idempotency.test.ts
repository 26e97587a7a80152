import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { resultsPageSchema } from '@edge-ocr/shared/contract/results';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiClient, dataOf, errorOf, nodeRequests, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

let stack: TestStack;
let api: ApiClient;
let image: Buffer;
let other: Buffer;
beforeAll(async () => {
  stack = await startTestStack();
  image = await readFixture('receipt-1.jpg');
  other = await readFixture('receipt-2.jpg');
});
afterAll(() => stack?.stop());

async function newShop(): Promise<void> {
  api = new ApiClient(stack.edgeUrl, await stack.token({ shopId: randomUUID() }));
}

function post(bytes: Uint8Array, key: string, type = 'receipt'): Promise<Answer> {
  const headers = { 'content-type': 'image/jpeg', 'idempotency-key': key };
  return api.send(`/api/v1/ocr/process?type=${type}`, { method: 'POST', headers, body: new Uint8Array(bytes) });
}

async function storedResults(): Promise<number> {
  return resultsPageSchema.parse(dataOf(await api.send('/api/v1/ocr/results'))).results.length;
}

describe('process under an Idempotency-Key', () => {
  it('is done once: repeats get the very same answer, one after the other and at the same time', async () => {
    await newShop();
    const key = randomUUID();
    const before = await nodeRequests(stack.nodeUrl);
    const all = await Promise.all(Array.from({ length: 6 }, () => post(image, key)));
    const answered = all.filter(({ status }) => status === 200);
    expect(answered.length).toBeGreaterThanOrEqual(1);
    for (const answer of all.filter(({ status }) => status !== 200)) {
      expect([errorOf(answer).code, answer.headers.get('retry-after')]).toEqual(['CONFLICT', '1']);
    }
    const later = await post(image, key);
    expect([later.headers.get('idempotency-replayed'), later.body]).toEqual(['true', answered[0]!.body]);
    expect(await nodeRequests(stack.nodeUrl)).toBe(before + 1);
    expect(await storedResults()).toBe(1);
  });

  it('is CONFLICT for another image or option, also when the cache knows that image', async () => {
    await newShop();
    const key = randomUUID();
    await post(image, key);
    expect(resultOf(await api.postFile(other, { type: 'receipt' })).cache).toBe('miss');
    expect(resultOf(await api.postFile(other, { type: 'receipt' })).cache).toBe('hit');
    for (const answer of [await post(other, key), await post(image, key, 'invoice')]) {
      expect([answer.status, errorOf(answer).code, answer.headers.get('retry-after')]).toEqual([409, 'CONFLICT', null]);
    }
  });

  it('finds what was read before, under a new key and without one', async () => {
    await newShop();
    const { id } = resultOf(await post(image, randomUUID()));
    const before = await nodeRequests(stack.nodeUrl);
    const again = await post(image, randomUUID());
    expect([resultOf(again).id, resultOf(again).cache, again.headers.get('x-cache')]).toEqual([id, 'hit', 'HIT']);
    expect(resultOf(await api.postFile(image, { type: 'receipt' })).id).toBe(id);
    expect(await nodeRequests(stack.nodeUrl)).toBe(before);
  });

  it('is remembered across a restart, and is a shop’s own', async () => {
    await newShop();
    const key = randomUUID();
    const first = await post(image, key);
    const owner = api;
    await stack.restart();
    const second = await post(image, key);
    expect([second.headers.get('idempotency-replayed'), second.body]).toEqual(['true', first.body]);
    await newShop();
    expect((await post(other, key)).status).toBe(200);
    api = owner;
  });

  it('works for JSON too', async () => {
    await newShop();
    const { id } = resultOf(await post(image, randomUUID()));
    const correct = (total: number, key: string) =>
      api.send(`/api/v1/ocr/results/${id}/corrections`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ fields: { total } }),
      });
    const key = randomUUID();
    const first = await correct(1, key);
    await correct(2, randomUUID());
    await sleep(10);
    expect((await correct(1, key)).body).toEqual(first.body);
    expect(resultOf(await api.send(`/api/v1/ocr/results/${id}`)).structured).toMatchObject({ total: 2 });
    expect(errorOf(await correct(3, key)).code).toBe('CONFLICT');
  });

  it('of another form is INVALID_REQUEST', async () => {
    expect(errorOf(await post(image, 'two words')).code).toBe('INVALID_REQUEST');
  });
});

describe('a node whose time is over before the image is read', () => {
  let slow: TestStack;
  // A receipt takes longer, so that its reading goes on as a job.
  beforeAll(async () => {
    slow = await startTestStack({ nodeEnvironment: { PROCESSING_TIMEOUT_MS: '100' } });
  });
  afterAll(() => slow?.stop());

  it('gives a repeat under the key the same job, and in the end its result', async () => {
    api = new ApiClient(slow.edgeUrl, await slow.token());
    const key = randomUUID();
    const first = await post(image, key);
    const { code, details } = errorOf(first);
    expect([code, details.job_id]).toEqual(['TIMEOUT', expect.any(String)]);
    const answers: Answer[] = [];
    await expect
      .poll(
        async () => {
          answers.push(await post(image, key));
          return (await api.send(`/api/v1/ocr/jobs/${details.job_id}`)).body;
        },
        { timeout: 30_000, interval: 100 },
      )
      .toMatchObject({ data: { status: 'completed' } });
    for (const { status, body } of answers) {
      const { data } = body as { data: { id?: string; job_id?: string } };
      expect([200, 202]).toContain(status);
      expect(data.id ?? data.job_id).toBe(details.job_id);
    }
    expect(await storedResults()).toBe(1);
    expect(errorOf(await post(other, key)).code).toBe('CONFLICT');
  });
});
