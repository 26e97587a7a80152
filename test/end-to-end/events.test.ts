import { randomUUID } from 'node:crypto';
import {
  SseClient,
  type StreamClient,
  type Told,
  WebSocketClient,
} from '@edge-ocr/gpu-node/events/stream-client.fixture';
import { EVENTS_PATH, eventMessageSchema } from '@edge-ocr/shared/contract/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, dataOf, PROCESS_PATH, readFixture } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
let stack: TestStack;
let api: ApiClient;
let token: string;
let image: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  // Every step is told, however quick it is.
  stack = await startTestStack({ nodeEnvironment: { JOB_PROGRESS_MS: '50' } });
  token = await stack.token();
  api = new ApiClient(stack.edgeUrl, token);
  image = new Uint8Array(await readFixture('receipt-1.jpg'));
});
afterAll(() => stack?.stop());

async function send(bytes = image): Promise<string> {
  const headers = { 'content-type': 'image/jpeg' };
  const accepted = await api.send(`${PROCESS_PATH}/async?type=receipt`, { method: 'POST', headers, body: bytes });
  return dataOf<{ job_id: string }>(accepted).job_id;
}

function open(kind: 'SSE' | 'WebSocket', query: Record<string, string>, bearer = token): Promise<StreamClient> {
  const url = `${stack.edgeUrl}${EVENTS_PATH}?${new URLSearchParams(query)}`;
  const headers = { authorization: `Bearer ${bearer}` };
  return kind === 'SSE' ? SseClient.open(url, headers) : WebSocketClient.open(url, headers);
}

const namesOf = (told: readonly Told[]) => told.map(({ event }) => event);

describe.each(['SSE', 'WebSocket'] as const)('a job followed over %s', (kind) => {
  it('is told from the queue to its result, and goes on where a lost connection left it', async () => {
    const shop = await open(kind, {});
    const jobId = await send();
    await expect.poll(() => namesOf(shop.events)).toContain('job_queued');
    const heard = [...shop.events];
    shop.close();
    const resumed = await open(kind, { since: heard.at(-1)!.id });
    await expect.poll(() => namesOf(resumed.events), PATIENCE).toContain('job_completed');
    heard.push(...resumed.events);
    resumed.close();

    for (const message of heard) eventMessageSchema.parse(message);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length);
    expect(heard.every(({ job_id }) => job_id === jobId)).toBe(true);
    const names = namesOf(heard);
    expect([names[0], names[1], names.at(-1)]).toEqual(['job_queued', 'job_started', 'job_completed']);
    expect(new Set(names.slice(2, -1)).size).toBeLessThanOrEqual(1);
    const progress = heard.flatMap((told) => (told.event === 'job_progress' ? [Number(told.progress)] : []));
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(heard.at(-1)!.result).toMatchObject({ id: jobId, structured: { total: 29.75 } });
  });

  it('tells a failure, and nothing of it to another shop', async () => {
    const stranger = await open(kind, {}, await stack.token({ shopId: randomUUID() }));
    const own = await open(kind, {});
    const jobId = await send(image.slice(0, 300));
    await expect.poll(() => namesOf(own.events), PATIENCE).toContain('job_failed');
    const failed = own.events.find(({ event }) => event === 'job_failed')!;
    expect(failed).toMatchObject({ job_id: jobId, error: { code: 'INVALID_IMAGE' } });
    expect(stranger.events).toEqual([]);
    for (const client of [own, stranger]) client.close();
  });
});

it('a job that is over is told whole to who asks for it afterwards', async () => {
  const first = await open('SSE', {});
  const jobId = await send();
  await expect.poll(() => namesOf(first.events), PATIENCE).toContain('job_completed');
  const late = await open('SSE', { job_id: jobId });
  await expect.poll(() => namesOf(late.events)).toContain('job_completed');
  expect(late.events).toEqual(first.events);
  for (const client of [first, late]) client.close();
});
