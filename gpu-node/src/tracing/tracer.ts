/** Traces as the rest of the node knows them: an interface without OpenTelemetry in it. */

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
/** Never what an image says, nor a token: spans leave the node. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A piece of work with a beginning and an end, in a trace. */
export interface Span {
  /**
   * W3C Trace Context, for whatever continues the trace; where nothing is traced, what came with the work. Undefined when
   * that was nothing.
   */
  readonly traceparent: string | undefined;
  startChild(name: string, kind?: SpanKind): Span;
  set(attributes: SpanAttributes): void;
  /** @param code of the error catalogue; no message, which may repeat what was sent. */
  fail(code: string): void;
  /** A second call changes nothing. */
  end(): void;
}

export interface SpanStart {
  readonly kind: SpanKind;
  /** W3C Trace Context of what this continues; without it, or with a malformed one, a trace begins. */
  readonly parent?: string | undefined;
  readonly attributes?: SpanAttributes | undefined;
}

export interface Tracing {
  start(name: string, how: SpanStart): Span;
  /** Sends what is finished. Never rejects; the caller bounds the wait. */
  stop(): Promise<void>;
}

/** A span of a trace that is not recorded here. */
export function untracedSpan(traceparent?: string): Span {
  const span: Span = { traceparent, startChild: () => span, set() {}, fail() {}, end() {} };
  return span;
}

export const NO_TRACING: Tracing = { start: (_, { parent }) => untracedSpan(parent), stop: async () => {} };
