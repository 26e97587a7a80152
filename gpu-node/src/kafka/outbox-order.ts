import type { OutboxPage, OutboxRow } from '../persist/outbox.ts';

/** No transaction of a node lasts so long: statements and idle transactions are cut off sooner. */
const MAX_GAP_MS = 60_000;

/**
 * Keeps events in order of their ids although they are not committed in that order: a missing id may belong to a
 * transaction that has yet to commit, or to one that rolled back. It is given up when every transaction that had begun when a
 * higher id was first seen has ended. (A transaction that is given an id here has written before, so it counts as begun.)
 */
export class OutboxOrder {
  /** The lowest id that is not accounted for; 0 before anything is known. */
  #next = 0n;
  /** Ids below `until` that are missing wait for the transactions below `begun`. */
  #gap: { until: bigint; begun: bigint; since: number } | null = null;

  /** The rows that may be published now: those before the first gap that may still be filled. */
  ready({ rows, begun, ended }: OutboxPage, now: number = Date.now()): OutboxRow[] {
    let next = this.#next;
    const ready: OutboxRow[] = [];
    for (const row of rows) {
      if (row.id > next && !this.#isClosed(row.id, ended, now)) {
        // A gap that is waited for covers what is behind it too; it must not be put off by newer rows.
        if (!this.#gap || row.id > this.#gap.until) this.#gap = { until: rows.at(-1)!.id, begun, since: now };
        break;
      }
      ready.push(row);
      next = highest(next, row.id + 1n);
    }
    return ready;
  }

  /** The rows up to this one are published. */
  published(last: OutboxRow): void {
    this.#next = highest(this.#next, last.id + 1n);
  }

  #isClosed(id: bigint, ended: bigint, now: number): boolean {
    const gap = this.#gap;
    return gap !== null && id <= gap.until && (ended >= gap.begun || now - gap.since > MAX_GAP_MS);
  }
}

/** A row whose gap was given up may still come, late. */
function highest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
