import type { Database, Transactional } from './database.ts';

const LOCK = 'SELECT pg_try_advisory_lock(hashtext($1), hashtext($2)) AS held';
const UNLOCK = 'SELECT pg_advisory_unlock(hashtext($1), hashtext($2))';

/**
 * Work that one node at a time may do, under a lock of this name.
 * @param of what the work is on, such as a store; work on another may go on beside it.
 * @returns null when another node is at it.
 * @throws DatabaseAwayError
 */
export async function alone<T>(
  db: Database,
  { name, of = '' }: { readonly name: string; readonly of?: string },
  work: (session: Transactional) => Promise<T>,
  statementTimeoutMs: number,
): Promise<T | null> {
  return await db.session(async (session) => {
    const { rows } = await session.query<{ held: boolean }>(LOCK, [name, of]);
    if (!rows[0]?.held) return null;
    const done = await work(session);
    // The end of the session would do it too, but a moment later, when somebody may have asked in vain.
    await session.query(UNLOCK, [name, of]);
    return done;
  }, statementTimeoutMs);
}
