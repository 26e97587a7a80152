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

/** Removes events for Kafka and requests from it that are no longer needed. @returns how many of each. */
export async function sweepOutbox(db: Database, limits: SweepLimits): Promise<{ events: number; requests: number }> {
  const published = await sweepPublished(db, limits.publishedHours);
  const unread = limits.unreadHours === null ? 0 : await sweepUnread(db, limits.unreadHours);
  return { events: published + unread, requests: await sweepRequests(db, limits.requestDays) };
}
