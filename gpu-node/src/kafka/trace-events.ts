import { OcrError } from '@edge-ocr/shared/errors';
import type { OutboxRow } from '../persist/outbox.ts';
import type { Span, Tracing } from '../tracing/tracer.ts';

/** An event that is being published: its message's headers continue the span. */
export interface TracedRow {
  readonly row: OutboxRow;
  readonly span: Span;
}

/** A span of the trace of the request or job that the event came from. */
export function traceRow(row: OutboxRow, tracing: Tracing): TracedRow {
  const span = tracing.start(`publish ${row.topic}`, {
    kind: 'producer',
    parent: row.headers.traceparent,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'publish',
      'messaging.destination.name': row.topic,
      ...(row.headers.request_id !== undefined && { 'ocr.request_id': row.headers.request_id }),
    },
  });
  const headers = span.traceparent === undefined ? row.headers : { ...row.headers, traceparent: span.traceparent };
  return { row: { ...row, headers }, span };
}

/** Ends the spans with the publishing of their events. @throws what publishing throws */
export async function endWith(rows: readonly TracedRow[], publishing: Promise<void>): Promise<void> {
  try {
    await publishing;
  } catch (error) {
    for (const { span } of rows) span.fail(OcrError.from(error).code);
    throw error;
  } finally {
    for (const { span } of rows) span.end();
  }
}
