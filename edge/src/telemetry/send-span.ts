import { VERSION } from '@edge-ocr/shared/version';
import type { Config } from '../config.ts';
import { causeOf, log } from '../log.ts';
import type { ObservedRequest } from './observed-request.ts';

export interface SpanIds {
  /** W3C Trace Context with the span's own id, as it was sent on to the node. */
  readonly traceparent: string;
  /** As it came from the client; only a well-formed one. */
  readonly parent: string | undefined;
}

const SERVER_KIND = 2;
const STATUS_ERROR = 2;
const SAMPLED = 1;

/**
 * The edge's span of a request, as OTLP JSON, if its trace is to be recorded. A span a request and no batches: an isolate
 * has no moment at which it could send a batch for sure. Never rejects; for `waitUntil`.
 */
export async function sendSpan(seen: ObservedRequest, ids: SpanIds, requestId: string, config: Config): Promise<void> {
  const { traces } = config;
  const [, , , flags = '00'] = ids.traceparent.split('-');
  if (!traces || !(Number.parseInt(flags, 16) & SAMPLED)) return;
  try {
    const response = await fetch(traces.url, {
      method: 'POST',
      headers: { ...traces.headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(exportRequest(seen, ids, requestId, traces.serviceName)),
      signal: AbortSignal.timeout(traces.timeoutMs),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`status ${response.status}`);
  } catch (error) {
    log('warn', 'span_not_sent', { request_id: requestId, cause: causeOf(error).cause });
  }
}

/** ExportTraceServiceRequest of opentelemetry-proto, with one span. */
function exportRequest(seen: ObservedRequest, ids: SpanIds, requestId: string, serviceName: string) {
  const [, traceId, spanId] = ids.traceparent.split('-');
  const parentSpanId = ids.parent?.split('-')[2];
  const end = Date.now();
  const span = {
    ...{ traceId, spanId },
    ...(parentSpanId && { parentSpanId }),
    name: `${seen.method} ${seen.route}`,
    kind: SERVER_KIND,
    startTimeUnixNano: nanoseconds(end - seen.durationMs),
    endTimeUnixNano: nanoseconds(end),
    attributes: [
      text('http.request.method', seen.method),
      text('http.route', seen.route),
      { key: 'http.response.status_code', value: { intValue: String(seen.status) } },
      text('ocr.request_id', requestId),
      ...(seen.code ? [text('error.type', seen.code)] : []),
      ...(seen.cache ? [text('ocr.cache', seen.cache)] : []),
    ],
    status: seen.status >= 500 ? { code: STATUS_ERROR } : {},
  };
  const scope = { name: 'edge-ocr', version: VERSION };
  const resource = { attributes: [text('service.name', serviceName), text('service.version', VERSION)] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] };
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}

/** As text: they do not fit into a number. */
function nanoseconds(milliseconds: number): string {
  return `${BigInt(Math.round(milliseconds * 1000))}000`;
}
