/** Gathers spans as an OpenTelemetry collector does: OTLP over HTTP, as JSON. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as it came, with what names its service. */
export interface CollectedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** As opentelemetry-proto counts them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly milliseconds: number;
}

export interface OtlpCollector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Headers of the posts, in order. */
  readonly headers: readonly IncomingMessage['headers'][];
  /** Takes posts and does not answer them from now on. */
  hang(): void;
  /** Answers with this status from now on. */
  answer(status: number): void;
  stop(): Promise<void>;
}

export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: CollectedSpan[] = [];
  const headers: IncomingMessage['headers'][] = [];
  let status: number | null = 200;
  const server = createServer(async (request, response) => {
    headers.push(request.headers);
    const isOtlp = request.method === 'POST' && request.url === '/v1/traces';
    if (!isOtlp) return void response.writeHead(404).end();
    const body = (await json(request)) as ExportRequest;
    if (status === null || status === 200) spans.push(...spansOf(body));
    if (status === null) return;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ spans, headers },
    hang() {
      status = null;
    },
    answer(given) {
      status = given;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The spans from this one up to the first whose parent was not collected. */
export function ancestryOf(spans: readonly CollectedSpan[], spanId: string): CollectedSpan[] {
  const span = spans.find((one) => one.spanId === spanId);
  return span ? [span, ...ancestryOf(spans, span.parentSpanId ?? '')] : [];
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[];
  }[];
}

interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number };
}

function spansOf({ resourceSpans }: ExportRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ service, ...collected(span) })));
  });
}

function collected(span: ExportedSpan): Omit<CollectedSpan, 'service'> {
  const { traceId, spanId, name, kind } = span;
  return {
    ...{ traceId, spanId, name, kind },
    parentSpanId: span.parentSpanId || undefined,
    isError: span.status?.code === 2,
    attributes: valuesOf(span.attributes ?? []),
    milliseconds: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
  };
}

/** Integers come as text in JSON. */
function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      return [key, 'intValue' in value ? Number(value.intValue) : Object.values(value)[0]];
    }),
  );
}
