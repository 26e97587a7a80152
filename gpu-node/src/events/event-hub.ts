/** Live progress at one node: who listens to which shop, and what they are told. */
import { randomUUID } from 'node:crypto';
import { OcrError } from '@edge-ocr/shared/errors';
import { parseJson } from '@edge-ocr/shared/parse-json';
import type { Database } from '../persist/database.ts';
import { Listener } from '../persist/listen.ts';
import { openListener } from '../persist/postgres.ts';
import type { Closing, EventConnection } from './connection.ts';
import { announceShops, withdrawShops } from './listening-shops.ts';
import { BEGINNING, type Position } from './position.ts';
import { ShopFeed } from './shop-feed.ts';
import { type BufferLimits, Subscription } from './subscription.ts';

const CHANNEL = 'ocr_job_events';
/** An announcement outlives so many polls: notifications may go on when one fails. */
const ANNOUNCED_POLLS = 10;

export interface HubOptions {
  readonly db: Database;
  /** For the connection that is notified. */
  readonly databaseUrl: string;
  readonly maxConnections: number;
  readonly maxConnectionsPerShop: number;
  readonly heartbeatMs: number;
  /** Between looks for events that nobody was notified of. */
  readonly pollMs: number;
  readonly maxConnectionSeconds: number;
  readonly buffer: BufferLimits;
  readonly log: { warn(fields: object, message: string): void };
  readonly onOpened?: () => void;
  readonly onClosed?: (code: Closing['code'] | 'left') => void;
}

export interface Wish {
  readonly shopId: string;
  /** Only this job's events. */
  readonly jobId?: string | undefined;
  /** Go on after this; undefined: from the beginning of the job, or from now on. */
  readonly since?: Position | undefined;
  /** When the token that opened the connection expires, in milliseconds since the epoch. */
  readonly until: number;
}

export interface OpenSubscription {
  /** Goes on from another place, once the present one is reached. */
  restart(since: Position): void;
  /** For what the client may not do. */
  refuse(reason: string): void;
}

export class EventHub {
  readonly #options: HubOptions;
  /** Of this process's life: a node that is started anew under its old name has no listeners yet. */
  readonly #nodeId = randomUUID();
  readonly #feeds = new Map<string, ShopFeed>();
  readonly #listener: Listener;
  readonly #timers: NodeJS.Timeout[];
  #connections = 0;
  #closing: Promise<void> | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    const { databaseUrl, heartbeatMs, pollMs } = options;
    this.#listener = new Listener({
      open: openListener,
      url: databaseUrl,
      channel: CHANNEL,
      checkMs: heartbeatMs,
      onNotification: (payload) => this.#feeds.get(shopOf(payload))?.wake(),
      onListening: () => this.#wakeAll(),
      onError: (err) => this.#options.log.warn({ err }, 'the database notifies of no events until it answers'),
    });
    this.#timers = [every(heartbeatMs, () => this.#heartbeat()), every(pollMs, () => this.#poll())];
  }

  get connections(): number {
    return this.#connections;
  }

  /** @throws OcrError OVERLOADED when there is no room for one more listener of this shop. */
  requireRoom(shopId: string): void {
    if (this.#closing) throw new OcrError('OVERLOADED', { message: 'The node is draining', retryAfterSeconds: 1 });
    const ofShop = this.#feeds.get(shopId)?.subscriptions.size ?? 0;
    const isFull = this.#connections >= this.#options.maxConnections;
    if (!isFull && ofShop < this.#options.maxConnectionsPerShop) return;
    throw new OcrError('OVERLOADED', {
      message: isFull ? 'The node has all the listeners it takes' : 'The shop has all the listeners it may have here',
      suggestion: 'Use one connection for all jobs of the shop, and close those that nobody watches.',
      retryAfterSeconds: 5,
    });
  }

  /** Tells the connection what it wishes to hear until one side ends it. @throws OcrError OVERLOADED */
  subscribe(connection: EventConnection, { shopId, jobId, since, until }: Wish): OpenSubscription {
    this.requireRoom(shopId);
    const { buffer, maxConnectionSeconds } = this.#options;
    const subscription = new Subscription(connection, {
      shopId,
      ...(jobId && { jobId }),
      position: BEGINNING,
      limits: buffer,
    });
    const feed = this.#feedOf(shopId);
    feed.subscriptions.add(subscription);
    this.#connections++;
    this.#options.onOpened?.();
    const lifeMs = maxConnectionSeconds * 1000;
    const expiry = setTimeout(
      () => subscription.close(until - Date.now() <= 0 ? EXPIRED : LASTED),
      Math.max(0, Math.min(until - Date.now(), lifeMs)),
    );
    expiry.unref();
    connection.onEnd(() => {
      clearTimeout(expiry);
      this.#left(feed, subscription);
    });
    // Should this fail, the next poll announces the shop, and until then polls find what is new.
    const announced = this.#announce([shopId]).catch((err: unknown) => this.#notAnnounced(err));
    feed.join(subscription, since, announced);
    return {
      restart: (place) => feed.join(subscription, place),
      refuse: (reason) => subscription.close({ code: 'policy', reason }),
    };
  }

  /** Refuses newcomers and sends everybody to another node. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const shops = [...this.#feeds.keys()];
    for (const feed of this.#feeds.values()) {
      feed.stop();
      for (const subscription of feed.subscriptions) subscription.close(LEAVING);
    }
    await withdrawShops(this.#options.db, this.#nodeId, shops).catch(() => {});
    await this.#listener.close();
  }

  #feedOf(shopId: string): ShopFeed {
    const known = this.#feeds.get(shopId);
    if (known) return known;
    const { db, heartbeatMs, log } = this.#options;
    const onError = (err: unknown) => log.warn({ err }, 'events could not be read');
    const feed = new ShopFeed({ db, shopId, patienceMs: 2 * heartbeatMs, onError });
    this.#feeds.set(shopId, feed);
    return feed;
  }

  #left(feed: ShopFeed, subscription: Subscription): void {
    if (!feed.subscriptions.delete(subscription)) return;
    subscription.ended();
    this.#connections--;
    this.#options.onClosed?.(subscription.closing?.code ?? 'left');
    if (feed.subscriptions.size > 0) return;
    feed.stop();
    this.#feeds.delete(subscription.shopId);
    if (this.#closing) return;
    // What is announced in vain runs out by itself.
    withdrawShops(this.#options.db, this.#nodeId, [subscription.shopId]).catch(() => {});
  }

  #heartbeat(): void {
    for (const { subscriptions } of this.#feeds.values())
      for (const subscription of subscriptions) subscription.heartbeat();
  }

  /**
   * Notifications may be missed: while the connection was broken, and by a transaction that wrote its event just before
   * the shop was announced.
   */
  async #poll(): Promise<void> {
    this.#wakeAll();
    await this.#announce([...this.#feeds.keys()]).catch((err: unknown) => this.#notAnnounced(err));
  }

  #notAnnounced(err: unknown): void {
    this.#options.log.warn({ err }, 'the database was not told which shops have listeners');
  }

  #announce(shopIds: readonly string[]): Promise<void> {
    const seconds = Math.ceil((ANNOUNCED_POLLS * this.#options.pollMs) / 1000);
    return announceShops(this.#options.db, { nodeId: this.#nodeId, shopIds, seconds });
  }

  #wakeAll(): void {
    for (const feed of this.#feeds.values()) feed.wake();
  }
}

const EXPIRED: Closing = { code: 'expired', reason: 'the access token has expired' };
const LASTED: Closing = { code: 'goingAway', reason: 'open long enough; resume with the last id' };
const LEAVING: Closing = { code: 'goingAway', reason: 'the node goes; resume with the last id' };

/** Whoever may connect to the database may notify of anything. */
function shopOf(payload: string): string {
  const told = parseJson(payload) as { shop?: unknown } | null | undefined;
  return String(told?.shop);
}

function every(milliseconds: number, work: () => void): NodeJS.Timeout {
  return setInterval(work, milliseconds).unref();
}
