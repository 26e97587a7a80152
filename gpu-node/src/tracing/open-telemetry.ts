/** Traces with OpenTelemetry, sent by OTLP over HTTP as JSON. The only importer of @opentelemetry. */
import {
  type Context,
  SpanKind as OtelKind,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Span, SpanKind, Tracing } from './tracer.ts';

export interface TracingLog {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

export interface TracingOptions {
  /** Where spans are posted, path and all. */
  readonly url: string;
  /** Sent with them, such as an authorization. */
  readonly headers: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
  /** Of the traces that begin here, 0 to 1; the others are recorded or not as their caller says. */
  readonly sampleRatio: number;
  /** Finished spans that wait; more are dropped. */
  readonly maxQueued: number;
  readonly maxBatch: number;
  /** Between batches. */
  readonly delayMs: number;
  /** For sending a batch, its repetitions included. */
  readonly timeoutMs: number;
  readonly log: TracingLog;
}

/** What a span says of itself in one value at most; a bound, not a need. */
const MAX_VALUE_CHARS = 256;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const KINDS: Readonly<Record<SpanKind, OtelKind>> = {
  internal: OtelKind.INTERNAL,
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  producer: OtelKind.PRODUCER,
  consumer: OtelKind.CONSUMER,
};

/** Of this process part alone: nothing is registered globally, so several nodes may live in one process. */
export function startTracing(options: TracingOptions): Tracing {
  const { url, headers, timeoutMs } = options;
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeoutMs });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ ...options.resource }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
    spanLimits: { attributeValueLengthLimit: MAX_VALUE_CHARS },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: reporting(exporter, options.log),
        maxQueueSize: options.maxQueued,
        maxExportBatchSize: options.maxBatch,
        scheduledDelayMillis: options.delayMs,
        exportTimeoutMillis: timeoutMs,
      }),
    ],
  });
  const tracer = provider.getTracer('edge-ocr');
  return {
    start: (name, { kind, parent, attributes = {} }) =>
      started(tracer, contextOf(parent), name, kind).withAttributes(attributes),
    // What could not be sent is said by the exporter.
    stop: () => provider.shutdown().catch(() => {}),
  };
}

/** Says when spans begin to get lost, and when they arrive again: once each, however many there are. */
function reporting(exporter: SpanExporter, log: TracingLog): SpanExporter {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined || result.code !== 0;
        if (failed && !isFailing) log.warn({ err: result.error, spans: spans.length }, 'traces could not be sent');
        if (!failed && isFailing) log.info({}, 'traces are sent again');
        isFailing = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush?.(),
  };
}

function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}

function started(tracer: Tracer, parent: Context, name: string, kind: SpanKind): RecordedSpan {
  return new RecordedSpan(tracer, tracer.startSpan(name, { kind: KINDS[kind] }, parent));
}

class RecordedSpan implements Span {
  readonly traceparent: string;
  readonly #tracer: Tracer;
  readonly #span: OtelSpan;

  constructor(tracer: Tracer, span: OtelSpan) {
    this.#tracer = tracer;
    this.#span = span;
    this.traceparent = traceparentOf(span.spanContext());
  }

  withAttributes(attributes: Parameters<Span['set']>[0]): this {
    this.set(attributes);
    return this;
  }

  startChild(name: string, kind: SpanKind = 'internal'): Span {
    return started(this.#tracer, trace.setSpan(ROOT_CONTEXT, this.#span), name, kind);
  }

  set(attributes: Parameters<Span['set']>[0]): void {
    this.#span.setAttributes({ ...attributes });
  }

  fail(code: string): void {
    this.#span.setAttribute('error.type', code);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  }

  end(): void {
    // A second end is a warning of the library's.
    if (this.#span.isRecording()) this.#span.end();
  }
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
