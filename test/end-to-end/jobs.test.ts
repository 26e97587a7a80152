import { randomUUID } from 'node:crypto';
import { jobSchema } from '@edge-ocr/shared/contract/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, dataOf, errorOf, PROCESS_PATH, readFixture } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
let stack: TestStack;
let api: ApiClient;
let image: Buffer;
beforeAll(async () => {
  stack = await startTestStack({ edgeVars: { REQUEST_DEADLINE_MS: '3000', LIMIT_USER_PER_MINUTE: '1000' } });
  api = new ApiClient(stack.edgeUrl, await stack.token());
  image = await readFixture('format-grey.jpg');
});
afterAll(() => stack?.stop());

function photo(): Blob {
  return new Blob([new Uint8Array(image)]);
}

async function jobOf(id: string) {
  return jobSchema.parse(dataOf(await api.send(`/api/v1/ocr/jobs/${id}`)));
}

describe('a job', () => {
  it('is accepted, done and shown to its own shop, through the edge', async () => {
    const form = new FormData();
    form.set('image', photo(), 'photo.jpg');
    form.set('type', 'receipt');
    form.set('priority', 'high');
    const accepted = await api.send(`${PROCESS_PATH}/async`, { method: 'POST', body: form });
    expect(accepted.status).toBe(202);
    const { job_id } = dataOf<{ job_id: string }>(accepted);
    await expect.poll(async () => (await jobOf(job_id)).status, PATIENCE).toBe('completed');
    const job = await jobOf(job_id);
    expect(job).toMatchObject({ progress_percentage: 100, queue_position: 0, result: { id: job_id } });
    expect(job.result?.text).toContain('TOTAL 2.40');
    const stranger = new ApiClient(stack.edgeUrl, await stack.token({ shopId: randomUUID() }));
    expect(errorOf(await stranger.send(`/api/v1/ocr/jobs/${job_id}`)).code).toBe('NOT_FOUND');
    const over = await api.send(`/api/v1/ocr/jobs/${job_id}`, { method: 'DELETE' });
    expect(errorOf(over).code).toBe('CONFLICT');
  });

  it('of an image that cannot be read fails at once, and says why', async () => {
    const broken = new Blob([new Uint8Array(image.subarray(0, 300))]);
    const headers = { 'content-type': 'image/jpeg' };
    const accepted = await api.send(`${PROCESS_PATH}/async?type=receipt`, { method: 'POST', headers, body: broken });
    const { job_id } = dataOf<{ job_id: string }>(accepted);
    await expect.poll(async () => (await jobOf(job_id)).status, PATIENCE).toBe('failed');
    expect((await jobOf(job_id)).error).toMatchObject({ code: 'INVALID_IMAGE', details: { retryable: false } });
  });

  it('is what a request becomes whose time is over', async () => {
    const slow = await readFixture('receipt-1.jpg');
    // So many at once take two cores longer than the deadline allows the last of them.
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        api.postFile(slow, { type: 'receipt', confidence_threshold: `0.${10 + i}` }),
      ),
    );
    const late = answers.filter(({ status }) => status === 408).map((answer) => errorOf(answer).details.job_id);
    const ids = late.filter((id) => id !== undefined).map(String);
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) await expect.poll(async () => (await jobOf(id)).status, PATIENCE).toBe('completed');
  });
});
