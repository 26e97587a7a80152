import { metricsSchema } from '@edge-ocr/shared/contract/operations';
import { describe, expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';
import { exampleResult } from './persist/result.fixture.ts';

/** A node that has taken four requests: two read, one failed, one still under way. */
function busyNode() {
  const metrics = createMetrics();
  metrics.runsOn('cpu');
  for (let i = 0; i < 4; i++) metrics.requestStarted();
  metrics.requestSucceeded(exampleResult({ processing_time_ms: 100, timings: { decode: 7, recognise: 500 } }));
  metrics.requestSucceeded(exampleResult({ processing_time_ms: 301, timings: { decode: 30 } }));
  metrics.requestFailed('INVALID_IMAGE');
  return metrics;
}

describe('createMetrics', () => {
  test('summary counts requests, successes and errors by code', () => {
    const summary = busyNode().summary([], 'test-1');
    expect(metricsSchema.parse(summary)).toEqual({
      total_requests: 4,
      successful_requests: 2,
      average_processing_time_ms: 201,
      model_accuracy: { overall: null, by_field: {}, by_model_version: {} },
      errors_by_type: { INVALID_IMAGE: 1 },
      latency_ms: { window_seconds: 900, count: 2, p50: 100, p95: 301, p99: 301 },
      stages: { decode: { p50: 7, p95: 30, p99: 30 }, recognise: { p50: 500, p95: 500, p99: 500 } },
    });
  });

  test('a fresh node has an average of 0, not of nothing', () => {
    expect(createMetrics().summary([], 'test-1')).toMatchObject({ total_requests: 0, average_processing_time_ms: 0 });
  });

  test('two nodes in one process count apart', () => {
    busyNode();
    expect(createMetrics().summary([], 'test-1').total_requests).toBe(0);
  });

  test('exposition is Prometheus text, in seconds', async () => {
    const { contentType, body } = await busyNode().exposition([]);
    expect(contentType).toContain('text/plain');
    expect(body.split('\n')).toEqual(
      expect.arrayContaining([
        'ocr_execution_provider_info{provider="cpu"} 1',
        'ocr_requests_total 4',
        'ocr_requests_in_flight 1',
        'ocr_errors_total{code="INVALID_IMAGE"} 1',
        // From the start, so that the first is an increase.
        'ocr_errors_total{code="TIMEOUT"} 0',
        'ocr_confidence_ratio_bucket{le="0.975",type="receipt"} 0',
        'ocr_confidence_ratio_bucket{le="0.99",type="receipt"} 2',
        'ocr_processing_seconds_count 2',
        'ocr_processing_seconds_sum 0.401',
        'ocr_stage_seconds_count{stage="decode"} 2',
        'ocr_stage_seconds_bucket{le="0.01",stage="decode"} 1',
        'ocr_stage_seconds_sum{stage="recognise"} 0.5',
      ]),
    );
    expect(body).not.toContain('stage="barcodes"');
  });

  test('exposition tells of batches by their lines and how full they were', async () => {
    const metrics = createMetrics();
    metrics.batchRead({ network: 'recognise', crops: 12, rows: 12, fill: 0.75 });
    metrics.batchRead({ network: 'recognise', crops: 1, rows: 1, fill: 1 });
    const { body } = await metrics.exposition([]);
    expect(body).toContain('ocr_batch_lines_sum{network="recognise"} 13');
    expect(body).toContain('ocr_batch_fill_ratio_sum{network="recognise"} 1.75');
    expect(body).toContain('ocr_batch_fill_ratio_bucket{le="0.7",network="recognise"} 0');
  });

  test('exposition tells how late the event loop is, and the memory of the process', async () => {
    const { body } = await createMetrics().exposition([]);
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(body).toMatch(/^process_resident_memory_bytes \d/m);
  });

  describe('with what people corrected', () => {
    const accuracy = [
      {
        modelVersion: 'test-1',
        fields: { total: { predictions: 4, correct: 3 }, date: { predictions: 2, correct: 2 } },
      },
      { modelVersion: 'test-0', fields: { total: { predictions: 3, correct: 1 } } },
    ];

    test('summary tells the present models’ share of right values, and that of each version', () => {
      const { model_accuracy } = metricsSchema.parse(createMetrics().summary(accuracy, 'test-1'));
      expect(model_accuracy).toEqual({
        overall: 0.8333,
        by_field: { total: 0.75, date: 1 },
        by_model_version: {
          'test-1': { overall: 0.8333, by_field: { total: 0.75, date: 1 }, predictions: 6 },
          'test-0': { overall: 0.3333, by_field: { total: 0.3333 }, predictions: 3 },
        },
      });
      expect(createMetrics().summary(accuracy, 'test-2').model_accuracy).toMatchObject({ overall: null, by_field: {} });
    });

    test('exposition has a gauge a field and version, and forgets those that are gone', async () => {
      const metrics = createMetrics();
      const { body } = await metrics.exposition(accuracy);
      expect(body).toContain('ocr_field_accuracy{field="total",model_version="test-1"} 0.75');
      expect(body).toContain('ocr_field_predictions{field="total",model_version="test-0"} 3');
      expect((await metrics.exposition([])).body).not.toContain('model_version="test-1"');
    });
  });
});
