import { randomUUID } from 'node:crypto';
import { type ClientOptions, type JobProgress, OcrClient } from '@edge-ocr/shared/client/ocr-client';
import type { EventMessage } from '@edge-ocr/shared/contract/events';
import { ocrResultSchema } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeRequests, readFixture } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

let stack: TestStack;
let receipt: Uint8Array<ArrayBuffer>;
let other: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  stack = await startTestStack({
    nodeEnvironment: { JOB_PROGRESS_MS: '50' },
    edgeVars: { LIMIT_USER_PER_MINUTE: '1000' },
  });
  [receipt, other] = (await Promise.all(
    ['receipt-1.jpg', 'receipt-2.jpg'].map(async (name) => new Uint8Array(await readFixture(name))),
  )) as [typeof receipt, typeof other];
});
afterAll(() => stack?.stop());

/** Of a shop of its own, and the addresses that it asked. */
async function freshClient(options: Partial<ClientOptions> = {}) {
  const shopId = randomUUID();
  const token = await stack.token({ shopId });
  const asked: string[] = [];
  const counting: typeof fetch = (input, init) => {
    asked.push(`${init?.method} ${String(input).slice(stack.edgeUrl.length).replace(/\?.*/, '')}`);
    return fetch(input, init);
  };
  return { client: new OcrClient({ baseUrl: stack.edgeUrl, token, fetch: counting, ...options }), asked, shopId };
}

describe('reading', () => {
  it('an image is sent once, with its progress, and then known by its hash', async () => {
    const { client, asked } = await freshClient();
    const told: number[] = [];
    const progress = { onUploadProgress: ({ loaded }: { loaded: number }) => void told.push(loaded) };
    const first = ocrResultSchema.parse(await client.process(receipt, { type: 'receipt' }, progress));
    expect(first.structured.total).toBe(29.75);
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(receipt.byteLength);
    const before = await nodeRequests(stack.nodeUrl);
    const again = await client.process(new Blob([receipt]), { type: 'receipt' });
    expect(again).toEqual({ ...first, cache: 'hit' });
    expect(await nodeRequests(stack.nodeUrl)).toBe(before);
    expect(asked.map((line) => line.replace(/[0-9a-f]{64}/, 'HASH'))).toEqual([
      'GET /api/v1/ocr/results/by-hash/HASH',
      'POST /api/v1/ocr/process',
      'GET /api/v1/ocr/results/by-hash/HASH',
    ]);
  });

  it('an image that cannot be read is an error with its code and what to do', async () => {
    const { client } = await freshClient();
    const broken = receipt.slice(0, 300);
    const failing = () => client.process(broken, { type: 'receipt' });
    await expect(failing()).rejects.toMatchObject({ code: 'INVALID_IMAGE', status: 422 });
    await expect(failing()).rejects.toMatchObject({ details: { suggestion: expect.any(String), retryable: false } });
    const known = (await freshClient({ hashFirst: { minBytes: 0 } })).client;
    await expect(known.process(broken)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    await expect(known.process(broken)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  it('a batch has an outcome for each image', async () => {
    const { client } = await freshClient();
    const { results } = await client.batch([receipt, other.slice(0, 300)], { type: 'receipt' });
    expect(results).toMatchObject([
      { index: 0, success: true },
      { index: 1, success: false, error: { code: 'INVALID_IMAGE' } },
    ]);
  });
});

describe('reading later', () => {
  it.each([
    ['fetch', {}],
    ['websocket', { events: { via: 'websocket' } }],
  ] as const)('a job is followed to its result, over %s', async (_, options) => {
    const { client } = await freshClient(options);
    const told: JobProgress[] = [];
    const [first, second] = await Promise.all([
      client.readLater(receipt, { type: 'receipt', priority: 'high' }, { onProgress: (how) => told.push(how) }),
      client.readLater(other, { type: 'receipt' }),
    ]);
    expect(ocrResultSchema.parse(first).structured.total).toBe(29.75);
    expect(second.id).not.toBe(first.id);
    expect(told[0]).toMatchObject({ status: 'queued' });
    expect(told.at(-1)).toMatchObject({ status: 'completed', progress: 100, jobId: first.id });
    expect(await client.waitForJob(first.id)).toEqual(await client.result(first.id));
    expect(await client.readLater(receipt, { type: 'receipt' })).toMatchObject({ id: first.id });
  });

  it('a failure is thrown as it is, an unknown job is not waited for, and waiting can be aborted', async () => {
    const { client } = await freshClient();
    await expect(client.readLater(receipt.slice(0, 300))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    await expect(client.waitForJob(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const aborter = new AbortController();
    const waiting = client.readLater(receipt, {}, { signal: aborter.signal, onProgress: () => aborter.abort() });
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it.each(['fetch', 'websocket'] as const)('events over %s are heard from a place on, each once', async (via) => {
  const { client } = await freshClient({ events: { via } });
  const { job_id } = await client.processAsync(receipt, { type: 'receipt' });
  await client.waitForJob(job_id);
  const heard = await untilCompleted(client, { since: '0-0' });
  const names = heard.map(({ event }) => event).filter((event) => event !== 'job_progress');
  expect(names).toEqual(['position', 'job_queued', 'job_started', 'job_completed']);
  const [, queued] = heard;
  const rest = await untilCompleted(client, { since: queued!.id, jobId: job_id });
  expect(rest.filter(isEvent)).toEqual(heard.slice(2).filter(isEvent));
});

const isEvent = ({ event }: EventMessage) => event !== 'position';

async function untilCompleted(client: OcrClient, query: { since: string; jobId?: string }): Promise<EventMessage[]> {
  const aborter = new AbortController();
  const heard: EventMessage[] = [];
  for await (const message of client.events(query, { signal: aborter.signal })) {
    heard.push(message);
    if (message.event === 'job_completed') aborter.abort();
  }
  return heard;
}

it('results are searched, corrected, and shown with their image', async () => {
  const { client } = await freshClient();
  const { id, image } = await client.process(receipt, { type: 'receipt' });
  const corrected = await client.correct(id, { total: 30, company: 'Harbour Lane Grocers' });
  expect(corrected.structured).toMatchObject({ total: 30, company: 'Harbour Lane Grocers' });
  const { results } = await client.results({ query: 'harbour', limit: 5 });
  expect(results.map((result) => result.id)).toEqual([id]);
  expect(await client.result(id)).toEqual(corrected);
  const original = await client.image(image.sha256);
  expect(original.type).toBe('image/jpeg');
  await expect((await freshClient()).client.result(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('receipts are collected, read together and counted', async () => {
  const { client } = await freshClient();
  const first = await client.addReceipt(receipt, { purchase_date: '2026-10-14' });
  expect(await client.addReceipt(receipt)).toEqual(first);
  await client.addReceipt(other);
  expect(await client.receiptsQueueStatus()).toMatchObject({ total_tracked: 2, pending: 2 });
  const { job_id } = await client.retryReceipt(first.id);
  expect(await client.processAllReceipts()).toMatchObject({ queued: 1 });
  await client.waitForJob(job_id!);
  await expect.poll(async () => (await client.receiptsQueueStatus()).completed, { timeout: 60_000 }).toBe(2);
  expect((await client.receipts({ limit: 10, status: 'completed' })).receipts).toHaveLength(2);
  expect((await client.receipt(first.id)).result?.structured.total).toBe(29.75);
  expect((await client.health()).status).toBeDefined();
});

it('a token that has expired is replaced by the next', async () => {
  const shopId = randomUUID();
  const tokens = [await stack.token({ shopId, lifetimeSeconds: -60 }), await stack.token({ shopId })];
  const { client } = await freshClient({ token: () => tokens.shift()! });
  expect(await client.receiptsQueueStatus()).toMatchObject({ total_tracked: 0 });
  expect(tokens).toEqual([]);
});
