import { metricsSchema } from '@edge-ocr/shared/contract/operations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, dataOf, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

let stack: TestStack;
let operator: ApiClient;
const times: number[] = [];
beforeAll(async () => {
  stack = await startTestStack({ nodeEnvironment: { JOB_CONCURRENCY: '1' } });
  operator = new ApiClient(stack.edgeUrl, await stack.token());
  for (const name of ['receipt-1.jpg', 'receipt-2.jpg', 'receipt-3.jpg']) {
    const result = resultOf(await operator.postFile(await readFixture(name), { type: 'receipt' }));
    times.push(result.processing_time_ms);
  }
});
afterAll(() => stack?.stop());

const metrics = async () => metricsSchema.parse(dataOf(await operator.send('/api/v1/metrics')));

describe('the metrics of a node', () => {
  it('have percentiles of what it read, whole and by stage', async () => {
    const { latency_ms, stages } = await metrics();
    expect(latency_ms).toMatchObject({ count: 3, window_seconds: 900 });
    const measured = times.map((time) => Math.round(time * 10) / 10).sort((a, b) => a - b);
    expect([latency_ms?.p50, latency_ms?.p95, latency_ms?.p99]).toEqual([measured[1], measured[2], measured[2]]);
    expect(Object.keys(stages ?? {})).toEqual(expect.arrayContaining(['decode', 'detect', 'recognise', 'persist']));
    expect(stages?.recognise?.p50).toBeLessThanOrEqual(latency_ms!.p99);
  });

  it('tell of the queue, at the API and to Prometheus', async () => {
    expect((await metrics()).queue).toEqual({ pending: 0, processing: 0, failed: 0, oldest_seconds: 0 });
    const scraped = (await (await fetch(`${stack.nodeUrl}/metrics`)).text()).split('\n');
    expect(scraped).toEqual(
      expect.arrayContaining(['ocr_queue_jobs{state="pending"} 0', 'ocr_queue_oldest_seconds 0']),
    );
  });

  it('tell of the node that answered and of the pool', async () => {
    const { node, nodes, edge } = await metrics();
    expect(node).toMatchObject({ capacity: 16, in_flight: 0, queued: 0, draining: false });
    expect(nodes).toMatchObject([
      { url: stack.nodeUrl, capacity: 16, healthy: true, model_version: node!.model_version },
    ]);
    expect(edge).toMatchObject({ cache_misses: 3, cache_hits_isolate: 0 });
  });

  it('count a repeat as a hit of the cache', async () => {
    resultOf(await operator.postFile(await readFixture('receipt-1.jpg'), { type: 'receipt' }));
    const { edge = {}, latency_ms } = await metrics();
    expect(edge.cache_hits_isolate! + edge.cache_hits_near!).toBe(1);
    expect(latency_ms?.count).toBe(3);
  });
});

it('jobs are counted among what was read, and leave the queue empty', async () => {
  for (const name of ['label-1.jpg', 'label-2.jpg', 'receipt-4-noisy.jpg']) {
    const body = new Uint8Array(await readFixture(name));
    const headers = { 'content-type': 'image/jpeg' };
    const accepted = await operator.send('/api/v1/ocr/process/async?priority=low', { method: 'POST', headers, body });
    expect(accepted.status).toBe(202);
  }
  await expect.poll(async () => (await metrics()).latency_ms?.count, { timeout: 60_000, interval: 200 }).toBe(6);
  await expect
    .poll(async () => (await metrics()).queue, { timeout: 10_000, interval: 200 })
    .toEqual({ pending: 0, processing: 0, failed: 0, oldest_seconds: 0 });
});
