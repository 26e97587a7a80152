import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, dataOf, readFixture, resultOf } from '../end-to-end/api-client.ts';
import {
  ancestryOf,
  type CollectedSpan,
  type OtlpCollector,
  startOtlpCollector,
} from '../end-to-end/otlp-collector.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { createKafkaBroker, type KafkaBroker } from './kafka-broker.ts';
import { type KafkaReader, readTopics } from './kafka-reader.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const jars = serviceUrl('TEST_KAFKA_JARS', 'a folder, see test/services/kafka/pom.xml');
const PATIENCE = { timeout: 60_000, interval: 100 };
const CLIENT_SPAN = '00f067aa0ba902b7';

describe.skipIf(!serverUrl || !jars)('a trace', () => {
  let broker: KafkaBroker;
  let scratch: ScratchDatabase;
  let collector: OtlpCollector;
  let stack: TestStack;
  let client: ApiClient;
  let token: string;
  let reader: KafkaReader;

  beforeAll(async () => {
    [broker, scratch, collector] = await Promise.all([
      createKafkaBroker(jars!),
      createScratchDatabase(serverUrl!),
      startOtlpCollector(),
    ]);
    await broker.start();
    stack = await startTestStack({
      nodeEnvironment: {
        DATABASE_URL: scratch.url,
        KAFKA_BROKERS: broker.address,
        KAFKA_RELAY_POLL_MS: '100',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_BSP_SCHEDULE_DELAY: '200',
      },
      edgeVars: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    token = await stack.token();
    client = new ApiClient(stack.edgeUrl, token);
    reader = await readTopics(broker.address, ['ocr.completed'], 'reader');
  });
  afterAll(async () => {
    await reader?.stop();
    await stack?.stop();
    await broker?.remove();
    await scratch?.drop();
    await collector?.stop();
  });

  const post = async (path: string, traceId: string, name: string) =>
    await client.send(path, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', traceparent: `00-${traceId}-${CLIENT_SPAN}-01` },
      body: new Uint8Array(await readFixture(name)),
    });
  const newTrace = () => randomUUID().replaceAll('-', '');
  /** Of the event about the job, from its message's headers up to the client. */
  const ancestryOfEvent = async (jobId: string): Promise<CollectedSpan[]> => {
    const isOf = (value: string | null) => (JSON.parse(value!) as { subject: string }).subject === jobId;
    await reader.until((messages) => messages.some(({ value }) => isOf(value)));
    const { headers } = reader.messages.find(({ value }) => isOf(value))!;
    const [, , published = ''] = String(headers.traceparent).split('-');
    const ancestry = () => ancestryOf(collector.spans, published);
    await expect.poll(() => ancestry().at(-1)?.parentSpanId, PATIENCE).toBe(CLIENT_SPAN);
    return ancestry();
  };
  const described = (spans: readonly CollectedSpan[]) => spans.map(({ service, name, kind }) => [service, name, kind]);

  it('leads from the edge through the node to the headers of the message in Kafka', async () => {
    const traceId = newTrace();
    const { id } = resultOf(await post('/api/v1/ocr/process?type=receipt', traceId, 'receipt-1.jpg'));
    const ancestry = await ancestryOfEvent(id);
    expect(described(ancestry)).toEqual([
      ['edge-ocr-node', 'publish ocr.completed', 4],
      ['edge-ocr-node', 'POST /api/v1/ocr/process', 2],
      ['edge-ocr-edge', 'POST /api/v1/ocr/process', 2],
    ]);
    for (const span of ancestry) expect(span.traceId).toBe(traceId);
    const [, atNode, atEdge] = ancestry;
    expect(atNode!.attributes).toMatchObject({ 'ocr.job_id': id, 'http.response.status_code': 200 });
    expect(atEdge!.attributes).toMatchObject({ 'ocr.cache': 'miss', 'http.response.status_code': 200 });
    expect(atNode!.attributes['ocr.request_id']).toBe(atEdge!.attributes['ocr.request_id']);

    const stages = collector.spans.filter(({ parentSpanId }) => parentSpanId === atNode!.spanId);
    const names = stages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['ocr.inspect', 'ocr.decode', 'ocr.detect', 'ocr.recognise']));
    expect(stages.find(({ name }) => name === 'ocr.persist')).toMatchObject({ kind: 3, isError: false });
    for (const { milliseconds } of stages) expect(milliseconds).toBeLessThanOrEqual(atNode!.milliseconds + 5);
  });

  it('goes on with the job that a request is answered with', async () => {
    const traceId = newTrace();
    const accepted = await post('/api/v1/ocr/process/async?type=receipt', traceId, 'receipt-2.jpg');
    expect(accepted.status).toBe(202);
    const { job_id } = dataOf(accepted) as { job_id: string };
    const ancestry = await ancestryOfEvent(job_id);
    expect(described(ancestry)).toEqual([
      ['edge-ocr-node', 'publish ocr.completed', 4],
      ['edge-ocr-node', 'ocr.job', 5],
      ['edge-ocr-node', 'POST /api/v1/ocr/process/async', 2],
      ['edge-ocr-edge', 'POST /api/v1/ocr/process/async', 2],
    ]);
    expect(ancestry[1]!.attributes).toMatchObject({ 'ocr.job_id': job_id, 'ocr.job.try': 1 });
    const stages = collector.spans.filter(({ parentSpanId }) => parentSpanId === ancestry[1]!.spanId);
    expect(stages.map(({ name }) => name)).toContain('ocr.persist');
  });

  it('of a failure tells its code, and no trace has a token, a word of an image or an address', async () => {
    const traceId = newTrace();
    const headers = { 'content-type': 'image/jpeg', traceparent: `00-${traceId}-${CLIENT_SPAN}-01` };
    const body = new Uint8Array((await readFixture('receipt-3.jpg')).subarray(0, 2000));
    const answer = await client.send('/api/v1/ocr/process?type=receipt', { method: 'POST', headers, body });
    expect(answer.status).toBe(422);
    await client.send('/api/v1/ocr/results?query=periwinkle');
    const failed = () => collector.spans.filter((span) => span.traceId === traceId);
    await expect.poll(() => failed().filter(({ kind }) => kind === 2).length, PATIENCE).toBe(2);
    for (const span of failed().filter(({ kind }) => kind === 2)) {
      expect(span.attributes['error.type']).toBe('INVALID_IMAGE');
    }
    const searched = () => collector.spans.filter(({ name }) => name === 'GET /api/v1/ocr/results');
    await expect.poll(() => searched().length, PATIENCE).toBe(2);
    const all = JSON.stringify(collector.spans);
    expect(all).not.toContain(token.split('.')[2]);
    expect(all).not.toMatch(/periwinkle|HARBOUR|GROCERS|query=/i);
  });
});
