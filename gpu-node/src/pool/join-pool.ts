import { setTimeout as sleep } from 'node:timers/promises';
import type { Announcement } from '@edge-ocr/shared/pool';
import type { Admission } from '../admission.ts';
import type { RedisClient } from '../redis.ts';
import { signAnnouncement } from './announcement.ts';
import { announce, withdraw } from './registry.ts';

export interface PoolMember {
  /** Says that the node is going; resolves when edges have had time to hear it. It still takes work until then. */
  announceLeaving(): Promise<void>;
  /** Takes the node out of the pool and ends the heartbeat. */
  leave(): Promise<void>;
}

export interface PoolMembership {
  readonly redis: RedisClient;
  readonly id: string;
  /** Where edges reach this node. */
  readonly publicUrl: string;
  readonly secret: string;
  readonly modelVersion: string;
  readonly capacity: number;
  /** Requests that wait inside the node. */
  readonly queue: () => number;
  readonly admission: Admission;
  readonly heartbeatMs: number;
  readonly ttlMs: number;
  /** Between saying that the node is going and refusing work. */
  readonly noticeMs: number;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** A node that nobody looks for in Redis: whoever stops it need not wait. */
export const OUTSIDE_POOL: PoolMember = { announceLeaving: async () => {}, leave: async () => {} };

/** Keeps the node announced from now on. Redis being away is logged, and never troubles a request. */
export function joinPool(membership: PoolMembership): PoolMember {
  return new Heartbeat(membership);
}

/** Nodes that were started together must not beat together. */
const JITTER = 0.2;

class Heartbeat implements PoolMember {
  readonly #membership: PoolMembership;
  readonly #ended = new AbortController();
  readonly #loop: Promise<void>;
  #stopping = false;
  #reachable = true;
  /** Ends the notice that an operator's wish began; undefined while there is none. */
  #notice: AbortController | undefined;

  constructor(membership: PoolMembership) {
    this.#membership = membership;
    this.#loop = this.#beatOn();
  }

  async announceLeaving(): Promise<void> {
    this.#stopping = true;
    const { admission, noticeMs } = this.#membership;
    // Whoever was drained before has given notice long ago.
    if (!admission.isOpen) return;
    admission.announceLeaving();
    await this.#beat();
    await sleep(noticeMs);
  }

  async leave(): Promise<void> {
    this.#stopping = true;
    this.#ended.abort();
    this.#notice?.abort();
    await this.#loop;
    const { redis, id, log } = this.#membership;
    await withdraw(redis, id).catch((err) => log.warn({ err }, 'still announced in Redis until the announcement ends'));
  }

  async #beatOn(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const drainWished = await this.#beat();
      if (drainWished !== null && !this.#stopping) this.#follow(drainWished);
      const wait = this.#membership.heartbeatMs * (1 - JITTER + 2 * JITTER * Math.random());
      await sleep(wait, undefined, { signal: this.#ended.signal, ref: false }).catch(() => {});
    }
  }

  /** @returns the operator's wish, or null when Redis did not say. */
  async #beat(): Promise<boolean | null> {
    const { redis, id, secret, ttlMs, log } = this.#membership;
    try {
      const drainWished = await announce(redis, id, await signAnnouncement(this.#announcement(), secret), ttlMs);
      if (!this.#reachable) log.info({ id }, 'announced in Redis again');
      this.#reachable = true;
      return drainWished;
    } catch (err) {
      if (this.#reachable) log.warn({ err, id }, 'not announced: Redis is away; edges go on with what they know');
      this.#reachable = false;
      return null;
    }
  }

  #announcement(): Announcement {
    const { id, publicUrl, capacity, admission, queue, modelVersion } = this.#membership;
    return {
      sub: id,
      url: publicUrl,
      capacity,
      in_flight: admission.inFlight,
      queue: queue(),
      model_version: modelVersion,
      draining: !admission.isStaying,
    };
  }

  #follow(drainWished: boolean): void {
    const { admission, noticeMs, log, id } = this.#membership;
    if (drainWished && !this.#notice) {
      log.info({ id }, 'draining: an operator asked for it');
      const notice = new AbortController();
      this.#notice = notice;
      admission.announceLeaving();
      void this.#beat();
      sleep(noticeMs, undefined, { signal: notice.signal, ref: false }).then(
        () => admission.close(),
        () => {},
      );
    } else if (!drainWished && this.#notice) {
      log.info({ id }, 'no longer draining: an operator asked for it');
      this.#notice.abort();
      this.#notice = undefined;
      admission.reopen();
      void this.#beat();
    }
  }
}
