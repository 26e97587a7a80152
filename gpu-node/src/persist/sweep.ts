import type { Database } from './database.ts';
import { sweepRequests } from './kafka-requests.ts';
import { sweepPublished, sweepUnread } from './outbox.ts';

export interface SweepLimits {
  /** What was published is removed after so long. */
  readonly publishedHours: number;
  /** What nobody published is removed after so long; null where it waits for Kafka. */
  readonly unreadHours: number | null;
  readonly requestDays: number;
}

const HOUR_MS = 60 * 60 * 1000;

/** Removes events and requests that are no longer needed. @returns how many of each. */
export async function sweepEvents(db: Database, limits: SweepLimits): Promise<{ events: number; requests: number }> {
  const published = await sweepPublished(db, limits.publishedHours);
  const unread = limits.unreadHours === null ? 0 : await sweepUnread(db, limits.unreadHours);
  return { events: published + unread, requests: await sweepRequests(db, limits.requestDays) };
}

/** sweepEvents now and once an hour; a failure is reported, and it is tried again the next hour. */
export function sweepEventsHourly(
  db: Database,
  limits: SweepLimits,
  onError: (error: Error) => void,
): { stop(): void } {
  const sweep = () => void sweepEvents(db, limits).catch(onError);
  sweep();
  const timer = setInterval(sweep, HOUR_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
