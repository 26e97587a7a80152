import type { EventMessage } from '@edge-ocr/shared/contract/events';
import type { Queryable } from '../persist/database.ts';
import { findResult } from '../persist/results.ts';
import type { Message } from './connection.ts';
import { formatPosition, type Position } from './position.ts';
import type { StoredEvent } from './read-events.ts';

/** Where the stream stands: at the beginning, or after events that are lost. */
export function placeMessage(event: 'position' | 'reset', position: Position): Message {
  const id = formatPosition(position);
  return { id, event, json: JSON.stringify({ id, event } satisfies EventMessage) };
}

/** An event as listeners get it; a completed job's with its result. @throws DatabaseAwayError */
export async function eventMessage(db: Queryable, shopId: string, stored: StoredEvent): Promise<Message> {
  const { jobId, event } = stored;
  const id = formatPosition(stored.position);
  const result = event.event === 'job_completed' ? { result: await findResult(db, shopId, jobId) } : {};
  return { id, event: event.event, json: JSON.stringify({ id, ...event, job_id: jobId, ...result }) };
}
