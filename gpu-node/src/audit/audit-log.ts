/** Who administered what. Rows are only ever added. */
import { hostname, userInfo } from 'node:os';
import type { Queryable, Statement } from '../persist/database.ts';
import { connectPostgres } from '../persist/postgres.ts';
import { storableJson, storableText } from '../persist/stored-json.ts';

export type AdministrativeAct =
  | 'shop.erase'
  | 'shop.admit'
  | 'jobs.redrive'
  | 'shop.callback-secret'
  | 'pool.drain'
  | 'pool.undrain';

export interface AuditEntry {
  readonly actor: string;
  readonly action: AdministrativeAct;
  /** Kept as a hash, which outlives the shop's data. */
  readonly shopId?: string;
  /** No personal data and no secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const ADD: Statement = {
  name: 'add-audit-entry',
  text: `INSERT INTO audit_log (actor, action, shop_hash, details) VALUES ($1, $2, hash_of_shop($3::uuid), $4)`,
};
const ACTOR_MAX_CHARS = 200;

/** @throws DatabaseAwayError: what cannot be logged is not to be done. */
export async function recordAct(db: Queryable, { actor, action, shopId, details = {} }: AuditEntry): Promise<void> {
  const who = storableText(actor).slice(0, ACTOR_MAX_CHARS);
  await db.query(ADD, [who, action, shopId ?? null, storableJson(details)]);
}

/** As AUDIT_ACTOR says, or else the account and host of this process. */
export function actorOf(environment: Readonly<Record<string, string | undefined>>): string {
  return environment.AUDIT_ACTOR?.trim() || `${userInfo().username}@${hostname()}`;
}

/**
 * For commands that need no database for their work: logs the act where DATABASE_URL says, before it is done.
 * @returns a warning for the operator when it says nothing, and so nothing was logged.
 * @throws DatabaseAwayError
 */
export async function recordActIfPossible(
  environment: Readonly<Record<string, string | undefined>>,
  entry: Omit<AuditEntry, 'actor'>,
): Promise<string | null> {
  if (!environment.DATABASE_URL) return 'This is not in the audit log, for DATABASE_URL is not set.';
  const db = connectPostgres({ url: environment.DATABASE_URL, poolSize: 1 });
  try {
    await recordAct(db, { ...entry, actor: actorOf(environment) });
    return null;
  } finally {
    await db.close();
  }
}
