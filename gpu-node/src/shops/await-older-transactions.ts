import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../persist/database.ts';

const LOOK_MS = 100;

// Which of their snapshots are older nobody can tell, so all of now count. As CREATE INDEX CONCURRENTLY does.
const RUNNING = `
  SELECT l.virtualtransaction AS id FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'virtualxid' AND a.datname = current_database() AND a.backend_type = 'client backend'
    AND l.pid <> pg_backend_pid()`;

/**
 * Resolves when every transaction of this database that ran when it was called has ended: later ones see what was committed
 * before. Locks nobody out.
 * @throws Error when one is still open after `timeoutMs`.
 */
export async function awaitOlderTransactions(db: Queryable, timeoutMs: number): Promise<void> {
  const late = Date.now() + timeoutMs;
  const running = async () => (await db.query<{ id: string }>(RUNNING)).rows.map(({ id }) => id);
  let older = await running();
  while (older.length > 0) {
    if (Date.now() > late) {
      throw new Error(
        `A transaction has been open for ${timeoutMs} ms (a backup, perhaps; pg_stat_activity shows it). ` +
          'The shop can write nothing new; run the same command again to go on.',
      );
    }
    await sleep(LOOK_MS);
    const now = new Set(await running());
    older = older.filter((id) => now.has(id));
  }
}
