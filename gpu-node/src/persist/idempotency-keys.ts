/** Idempotency keys by shop: who has one, what was answered under it, and until when. All times are the database's. */
import { randomUUID } from 'node:crypto';
import type { Queryable, Statement } from './database.ts';

/** An answer as it was sent. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly the text of the body. */
  readonly body: string;
}

export interface KeyRequest {
  readonly shopId: string;
  readonly key: string;
  /** SHA-256 in hex of all that makes it the same request. */
  readonly requestHash: string;
  /** UUIDv7 that the same request has wherever it is tried; who comes with it again takes the key over. */
  readonly jobId: string;
}

export interface KeyTimes {
  /** How long an answer is kept. */
  readonly keepSeconds: number;
  /** An attempt that has said nothing for so long has died. */
  readonly lockMs: number;
}

/** The right to answer under a key. */
export interface HeldKey {
  readonly shopId: string;
  readonly key: string;
  readonly owner: string;
  /** Under which id the result is to be kept: that of the first attempt. */
  readonly jobId: string;
}

export type Claim =
  | { readonly kind: 'held'; readonly held: HeldKey }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  | { readonly kind: 'in progress' }
  | { readonly kind: 'another request' };

const CLAIM: Statement = {
  name: 'claim-idempotency-key',
  text: `
    INSERT INTO idempotency_keys AS k (shop_id, key, request_hash, owner, job_id, locked_until, expires_at)
    VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6), now() + make_interval(secs => $7))
    ON CONFLICT (shop_id, key) DO UPDATE SET
      request_hash = EXCLUDED.request_hash, owner = EXCLUDED.owner, locked_until = EXCLUDED.locked_until,
      expires_at = EXCLUDED.expires_at, created_at = now(), status = 'processing',
      response_status = NULL, response_body = NULL, response_headers = '{}',
      job_id = CASE WHEN k.expires_at <= now() THEN EXCLUDED.job_id ELSE k.job_id END
    WHERE k.expires_at <= now()
       OR (k.status = 'processing' AND k.request_hash = EXCLUDED.request_hash
           AND (k.locked_until <= now() OR k.job_id = EXCLUDED.job_id))
    RETURNING job_id`,
};

const LOOK: Statement = {
  name: 'look-at-idempotency-key',
  text: `SELECT request_hash, status, response_status, response_headers, response_body
         FROM idempotency_keys WHERE shop_id = $1 AND key = $2 AND expires_at > now()`,
};

interface KeyRow {
  readonly request_hash: string;
  readonly status: 'processing' | 'completed';
  readonly response_status: number;
  readonly response_headers: Record<string, string>;
  readonly response_body: string;
}

/** A key that is swept between the two statements is free: that more often than so is another problem. */
const ATTEMPTS_MAX = 3;

/**
 * Take the key for this request, or learn what became of the one that has it.
 * @throws DatabaseAwayError
 */
export async function claimKey(db: Queryable, request: KeyRequest, times: KeyTimes): Promise<Claim> {
  const { shopId, key, requestHash } = request;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const owner = randomUUID();
    const values = [shopId, key, requestHash, owner, request.jobId, times.lockMs / 1000, times.keepSeconds];
    const claimed = await db.query<{ job_id: string }>(CLAIM, values);
    if (claimed.rows[0]) return { kind: 'held', held: { shopId, key, owner, jobId: claimed.rows[0].job_id } };
    const { rows } = await db.query<KeyRow>(LOOK, [shopId, key]);
    if (rows[0]) return claimOf(rows[0], requestHash);
  }
  return { kind: 'in progress' };
}

function claimOf(row: KeyRow, requestHash: string): Claim {
  if (row.request_hash !== requestHash) return { kind: 'another request' };
  if (row.status === 'processing') return { kind: 'in progress' };
  const { response_status: status, response_headers: headers, response_body: body } = row;
  return { kind: 'answered', answer: { status, headers, body } };
}

const COMPLETE: Statement = {
  name: 'complete-idempotency-key',
  text: `UPDATE idempotency_keys
         SET status = 'completed', response_status = $4, response_headers = $5, response_body = $6
         WHERE shop_id = $1 AND key = $2 AND owner = $3 AND status = 'processing'`,
};

/** Keep the answer for whoever comes with the same request. Nothing happens when another attempt took the key over. */
export async function completeKey(db: Queryable, { shopId, key, owner }: HeldKey, answer: KeptAnswer): Promise<void> {
  await db.query(COMPLETE, [shopId, key, owner, answer.status, JSON.stringify(answer.headers), answer.body]);
}

const RELEASE: Statement = {
  name: 'release-idempotency-key',
  text: `UPDATE idempotency_keys SET locked_until = now()
         WHERE shop_id = $1 AND key = $2 AND owner = $3 AND status = 'processing'`,
};

/**
 * Let a repeat have the key at once: what came of this attempt is not to be kept. Another request still may not have it,
 * and the repeat goes on under the same job id, under which this attempt may have left something.
 */
export async function releaseKey(db: Queryable, { shopId, key, owner }: HeldKey): Promise<void> {
  await db.query(RELEASE, [shopId, key, owner]);
}

/** So that a sweep holds no lock for long. */
const SWEEP_ROWS = 1000;

/** Remove keys whose time is over; several nodes may do it at once. @returns how many were removed. */
export async function sweepKeys(db: Queryable): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await db.query(
      `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY (
         SELECT ctid FROM idempotency_keys WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))`,
      [SWEEP_ROWS],
    );
    removed += rowCount;
    if (rowCount < SWEEP_ROWS) return removed;
  }
}
