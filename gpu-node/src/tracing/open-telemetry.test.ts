import { OcrError } from '@edge-ocr/shared/errors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ancestryOf, type OtlpCollector, startOtlpCollector } from '../../../test/end-to-end/otlp-collector.ts';
import { parseConfig } from '../config.ts';
import { StageTimer } from '../stage-timer.ts';
import { openTracing } from './open-tracing.ts';
import { NO_TRACING } from './tracer.ts';

const INTERNAL_SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

let collector: OtlpCollector;
let warnings: string[];
beforeEach(async () => {
  collector = await startOtlpCollector();
  warnings = [];
});
afterEach(() => collector.stop());

function open(environment: Record<string, string> = {}) {
  const config = parseConfig({
    ...{ INTERNAL_SECRET, OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, OTEL_EXPORTER_OTLP_TIMEOUT: '500' },
    OTEL_BSP_SCHEDULE_DELAY: '50',
    ...environment,
  });
  return openTracing(config, { warn: (_, message) => void warnings.push(message), info() {} });
}

describe('tracing', () => {
  test('sends a request, its stages and their failures as one trace that continues the caller’s', async () => {
    const tracing = await open({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b, authorization=Bearer abc' });
    const span = tracing.start('POST /read', { kind: 'server', parent: PARENT, attributes: { 'ocr.shop_id': 's' } });
    const timer = new StageTimer(span);
    await timer.time('decode', () => 1);
    const failing = timer.time('persist', () => {
      throw new OcrError('TIMEOUT', { message: 'TOTAL 12.50' });
    });
    await expect(failing).rejects.toThrow();
    span.end();
    span.end();
    await tracing.stop();

    const { spans, headers } = collector;
    expect(spans.map(({ name, kind, isError }) => [name, kind, isError])).toEqual([
      ['ocr.decode', 1, false],
      ['ocr.persist', 3, true],
      ['POST /read', 2, false],
    ]);
    for (const { traceId, service } of spans) expect([traceId, service]).toEqual([TRACE, 'edge-ocr-node']);
    expect(spans[2]).toMatchObject({ parentSpanId: '00f067aa0ba902b7', attributes: { 'ocr.shop_id': 's' } });
    expect(ancestryOf(spans, spans[0]!.spanId).map(({ name }) => name)).toEqual(['ocr.decode', 'POST /read']);
    expect(spans[1]!.attributes).toEqual({ 'error.type': 'TIMEOUT' });
    expect(span.traceparent).toBe(`00-${TRACE}-${spans[2]!.spanId}-01`);
    expect(headers[0]).toMatchObject({ 'x-key': 'a b', authorization: 'Bearer abc' });
  });

  test('records neither what its caller does not, nor more than its share of what begins here', async () => {
    const tracing = await open({ OTEL_TRACES_SAMPLER_ARG: '0' });
    const unwanted = tracing.start('a', { kind: 'server', parent: PARENT.replace(/01$/, '00') });
    expect(unwanted.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    const begun = tracing.start('b', { kind: 'server' });
    expect(begun.traceparent).toMatch(/-00$/);
    const malformed = tracing.start('c', { kind: 'server', parent: 'none' });
    expect(malformed.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    for (const span of [unwanted, begun, malformed]) span.end();
    await tracing.stop();
    expect(collector.spans).toEqual([]);
  });

  test('drops what does not fit into its queue', async () => {
    const tracing = await open({
      OTEL_BSP_MAX_QUEUE_SIZE: '10',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
    });
    collector.hang();
    for (let i = 0; i < 100; i++) tracing.start('s', { kind: 'internal' }).end();
    await expect.poll(() => warnings, { timeout: 5000 }).toEqual(['traces could not be sent']);
    await tracing.stop();
    // Ten were on their way, ten more waited.
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(20);
  });

  test('a collector that is away or hangs is said once, and does not hold up the end', async () => {
    const tracing = await open();
    collector.answer(400);
    for (let i = 0; i < 3; i++) {
      tracing.start('s', { kind: 'internal' }).end();
      await expect.poll(() => collector.headers.length, { timeout: 5000 }).toBe(i + 1);
    }
    collector.hang();
    tracing.start('s', { kind: 'internal' }).end();
    const began = performance.now();
    await tracing.stop();
    expect(performance.now() - began).toBeLessThan(5000);
    expect(warnings).toEqual(['traces could not be sent']);
  });
});

test('without an endpoint nothing is traced, and what came goes on as it is', async () => {
  const tracing = await openTracing(parseConfig({ INTERNAL_SECRET }), { warn() {}, info() {} });
  expect(tracing).toBe(NO_TRACING);
  const span = tracing.start('a', { kind: 'server', parent: PARENT });
  expect(span.startChild('b').traceparent).toBe(PARENT);
  expect(tracing.start('a', { kind: 'server' }).traceparent).toBeUndefined();
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: '],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'authorization' }, 'OTEL_EXPORTER_OTLP_HEADERS: '],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' }, 'OTEL_EXPORTER_OTLP_HEADERS: '],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: '10' }, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must not be larger'],
])('%o stops the start', (environment, problem) => {
  expect(() => parseConfig({ INTERNAL_SECRET, ...environment })).toThrow(problem);
});
