import { randomUUID } from 'node:crypto';
import { type Receipt, receiptSchema, receiptsPageSchema } from '@edge-ocr/shared/contract/receipts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truncatedJpeg } from '../fixtures/bad-input.ts';
import { readTruth } from '../fixtures/truth.ts';
import { type Answer, ApiClient, dataOf, errorOf, readFixture } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

const PATIENCE = { timeout: 60_000, interval: 200 };
let stack: TestStack;
let api: ApiClient;
beforeAll(async () => {
  stack = await startTestStack({ edgeVars: { LIMIT_USER_PER_MINUTE: '1000' } });
  api = new ApiClient(stack.edgeUrl, await stack.token());
});
afterAll(() => stack?.stop());

function upload(image: Uint8Array, fields: Record<string, string> = {}): Promise<Answer> {
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(image)]), 'receipt.jpg');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return api.send('/api/v1/receipts', { method: 'POST', body: form });
}

const post = (path: string, headers: Record<string, string> = {}) =>
  api.send(`/api/v1/receipts${path}`, { method: 'POST', headers });
const receiptIn = ({ body }: Answer): Receipt => receiptSchema.parse((body as { data: unknown }).data);
const receiptOf = async (id: string) => receiptIn(await api.send(`/api/v1/receipts/${id}`));
const counts = async () => dataOf(await api.send('/api/v1/receipts/ocr/queue-status'));

describe('the receipts queue', () => {
  let good: Receipt;
  let bad: Receipt;

  it('takes receipts in, each image once', async () => {
    const image = await readFixture('receipt-1.jpg');
    const first = await upload(image, { purchase_date: '2026-11-20' });
    expect(first.status).toBe(201);
    good = receiptIn(first);
    expect(good).toMatchObject({ ocr_status: 'pending', purchase_date: '2026-11-20', job_id: null });
    const again = await upload(image);
    expect([again.status, receiptIn(again)]).toEqual([200, good]);
    bad = receiptIn(await upload(await truncatedJpeg()));
    expect(await counts()).toEqual({ total_tracked: 2, pending: 2, processing: 0, completed: 0, failed: 0 });
  });

  it('reads them all when told to, and tells of each', async () => {
    const started = await post('/ocr/process-all');
    expect([started.status, (started.body as { data: object }).data]).toMatchObject([
      202,
      { status: 'queued', queued: 2 },
    ]);
    await expect.poll(counts, PATIENCE).toMatchObject({ completed: 1, failed: 1 });
    const read = await receiptOf(good.id);
    expect(read).toMatchObject({ ocr_status: 'completed', attempts: 1 });
    expect(read.result?.structured).toMatchObject({ total: readTruth()['receipt-1.jpg']!.fields.total });
    expect(read.result?.id).toBe(read.job_id);
    expect(await receiptOf(bad.id)).toMatchObject({ ocr_status: 'failed', error: { code: 'INVALID_IMAGE' } });
    const status = await api.send(`/api/v1/receipts/ocr/queue-status?receipt_id=${bad.id}`);
    expect(dataOf(status)).toEqual({ receipt_id: bad.id, status: 'failed' });
  });

  it('lists them, the newest first, by status and page by page', async () => {
    const page = receiptsPageSchema.parse(dataOf(await api.send('/api/v1/receipts?limit=1')));
    expect(page.receipts.map(({ id }) => id)).toEqual([bad.id]);
    const next = dataOf(await api.send(`/api/v1/receipts?limit=1&cursor=${page.next_cursor}`));
    expect(receiptsPageSchema.parse(next)).toEqual({ receipts: [await receiptOf(good.id)], next_cursor: null });
    const failed = dataOf(await api.send('/api/v1/receipts?status=failed'));
    expect(receiptsPageSchema.parse(failed).receipts).toHaveLength(1);
  });

  it('reads one again when asked, once under an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const [first, second] = [await post(`/${bad.id}/ocr/retry`, headers), await post(`/${bad.id}/ocr/retry`, headers)];
    expect([first.status, second.status, second.body]).toEqual([202, 202, first.body]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    await expect.poll(async () => (await receiptOf(bad.id)).ocr_status, PATIENCE).toBe('failed');
    expect((await receiptOf(bad.id)).attempts).toBe(2);
  });

  it('goes on after a restart', async () => {
    const { id } = receiptIn(await upload(await readFixture('receipt-3.jpg')));
    await post(`/${id}/ocr/retry`);
    await stack.restart();
    await expect.poll(async () => (await receiptOf(id)).ocr_status, PATIENCE).toBe('completed');
    expect((await receiptOf(id)).result?.image.sha256).toBe((await receiptOf(id)).image_sha256);
  });

  it('is a shop’s own', async () => {
    const mine = api;
    api = new ApiClient(stack.edgeUrl, await stack.token({ shopId: randomUUID() }));
    expect(errorOf(await api.send(`/api/v1/receipts/${good.id}`)).code).toBe('NOT_FOUND');
    expect(errorOf(await post(`/${good.id}/ocr/retry`)).code).toBe('NOT_FOUND');
    expect((await post('/ocr/process-all')).body).toMatchObject({ data: { queued: 0 } });
    expect(await counts()).toMatchObject({ total_tracked: 0 });
    api = mine;
  });
});
