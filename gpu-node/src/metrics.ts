import type { Metrics } from '@edge-ocr/shared/contract/operations';
import { type OcrResult, STAGES } from '@edge-ocr/shared/contract/result';
import { ERROR_CODES, type ErrorCode } from '@edge-ocr/shared/errors';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createAccuracyGauges, modelAccuracy } from './corrections/accuracy-figures.ts';
import type { VersionAccuracy } from './persist/accuracy.ts';
import { RecentTimes, type RecentTimesOptions } from './recent-times.ts';
import { createBatchMetrics } from './recognise/batch-metrics.ts';
import type { BatchObserver } from './recognise/crop-batcher.ts';

/** What a node counts. One registry a node, so that several nodes can live in one test process. */
export interface NodeMetrics {
  /** Told once, at the start: where the node runs its networks. */
  runsOn(provider: string): void;
  /** For parts that count for themselves. */
  readonly registry: Registry;
  requestStarted(): void;
  requestSucceeded(result: OcrResult): void;
  requestFailed(code: ErrorCode): void;
  readonly batchRead: BatchObserver;
  /** Somebody listens to live progress from now on. */
  listenerCame(): void;
  /** @param why left: of its own accord; else why the node ended the connection. */
  listenerLeft(why: string): void;
  /**
   * In the shape of the API.
   * @param accuracy by model version, as people corrected; what is stored, not what this node counts.
   * @param modelVersion of the models this node runs.
   */
  summary(accuracy: readonly VersionAccuracy[], modelVersion: string): Metrics;
  /** In Prometheus' text format. */
  exposition(accuracy: readonly VersionAccuracy[]): Promise<{ contentType: string; body: string }>;
}

/** Finer where most results are. */
const CONFIDENCE_BUCKETS = [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99, 1];

const LATENCY_BUCKETS_SECONDS = [0.005, 0.01, 0.02, 0.03, 0.045, 0.059, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 30];

/** @param recent how far back the percentiles look. */
export function createMetrics(recent: RecentTimesOptions = { windowSeconds: 900, maxSamples: 1000 }): NodeMetrics {
  const recentTimes = new RecentTimes(recent);
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const started = new Counter({ name: 'ocr_requests_total', help: 'OCR requests taken in', registers });
  const inFlight = new Gauge({ name: 'ocr_requests_in_flight', help: 'OCR requests being processed', registers });
  const errors = new Counter({
    name: 'ocr_errors_total',
    help: 'OCR requests that failed',
    labelNames: ['code'],
    registers,
  });
  // From the start, as an increase from nothing to one is none to Prometheus.
  for (const code of ERROR_CODES) errors.inc({ code }, 0);
  const duration = new Histogram({
    name: 'ocr_processing_seconds',
    help: 'Time from the first byte decoded to the result kept',
    buckets: LATENCY_BUCKETS_SECONDS,
    registers,
  });
  const stage = new Histogram({
    name: 'ocr_stage_seconds',
    help: 'Time of each stage',
    labelNames: ['stage'],
    buckets: LATENCY_BUCKETS_SECONDS,
    registers,
  });
  const confidence = new Histogram({
    name: 'ocr_confidence_ratio',
    help: 'Confidence of results, 0 to 1',
    labelNames: ['type'],
    buckets: CONFIDENCE_BUCKETS,
    registers,
  });
  const listeners = new Gauge({
    name: 'ocr_event_listeners',
    help: 'Connections that listen to live progress',
    registers,
  });
  const listenersEnded = new Counter({
    name: 'ocr_event_listeners_ended_total',
    help: 'Connections to live progress that ended',
    labelNames: ['why'],
    registers,
  });
  const provider = new Gauge({
    name: 'ocr_execution_provider_info',
    help: 'Where the networks run: 1 for the provider that is used',
    labelNames: ['provider'],
    registers,
  });
  const accuracyGauges = createAccuracyGauges(registry);
  const totals = { requests: 0, successes: 0, milliseconds: 0, errors: {} as Record<string, number> };

  return {
    registry,
    runsOn: (name) => provider.set({ provider: name }, 1),
    batchRead: createBatchMetrics(registry),
    requestStarted() {
      totals.requests++;
      started.inc();
      inFlight.inc();
    },
    requestSucceeded(result) {
      totals.successes++;
      totals.milliseconds += result.processing_time_ms;
      inFlight.dec();
      duration.observe(result.processing_time_ms / 1000);
      confidence.observe({ type: result.type }, result.confidence);
      recentTimes.add(result.processing_time_ms, result.timings);
      for (const name of STAGES) {
        const milliseconds = result.timings[name];
        if (milliseconds !== undefined) stage.observe({ stage: name }, milliseconds / 1000);
      }
    },
    requestFailed(code) {
      totals.errors[code] = (totals.errors[code] ?? 0) + 1;
      inFlight.dec();
      errors.inc({ code });
    },
    listenerCame() {
      listeners.inc();
    },
    listenerLeft(why) {
      listeners.dec();
      listenersEnded.inc({ why });
    },
    summary: (accuracy, modelVersion) => ({
      total_requests: totals.requests,
      successful_requests: totals.successes,
      average_processing_time_ms: totals.successes === 0 ? 0 : Math.round(totals.milliseconds / totals.successes),
      model_accuracy: modelAccuracy(accuracy, modelVersion),
      errors_by_type: { ...totals.errors },
      ...recentTimes.summary(),
    }),
    exposition: async (accuracy) => {
      accuracyGauges.show(accuracy);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
