/** What nodes tell each other of the queue, by NOTIFY. */
import type { Database, Listening, Queryable } from '../persist/database.ts';

const CHANNEL = 'ocr_jobs';
const NOTIFY = { name: 'notify-jobs', text: 'SELECT pg_notify($1, $2)' };
const WAKE = 'wake';

/** There are jobs to begin, once the transaction commits. */
export async function announceJobs(tx: Queryable): Promise<void> {
  await tx.query(NOTIFY, [CHANNEL, WAKE]);
}

/** A job that may run somewhere was cancelled. */
export async function announceCancelled(tx: Queryable, id: string): Promise<void> {
  await tx.query(NOTIFY, [CHANNEL, id]);
}

export interface QueueNews {
  onJobs(): void;
  onCancelled(id: string): void;
}

export function listenForNews(db: Database, { onJobs, onCancelled }: QueueNews): Listening {
  // Whatever came while nobody listened is looked for.
  return db.listen(CHANNEL, (payload) => (payload === WAKE ? onJobs() : onCancelled(payload)), onJobs);
}
