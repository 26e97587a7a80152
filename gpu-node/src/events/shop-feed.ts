import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queryable } from '../persist/database.ts';
import type { Message } from './connection.ts';
import { eventMessage, placeMessage } from './messages.ts';
import { BEGINNING, isAfter, type Position } from './position.ts';
import { type EventPage, readEvents, type StoredEvent } from './read-events.ts';
import { NOT_NOW, type Subscription, TOO_SLOW } from './subscription.ts';

export interface FeedOptions {
  readonly db: Queryable;
  readonly shopId: string;
  /** A client that catches up and takes nothing for so long is cut. */
  readonly patienceMs: number;
  readonly onError: (error: unknown) => void;
}

/** Events read at a time. */
const PAGE = 100;
/** Until it is looked again whether the older transaction has ended that holds events back; doubled each time. */
const HELD_BACK_MS = 25;
const HELD_BACK_MAX_MS = 400;

/** One shop's events, read once for all its live subscriptions at this node. */
export class ShopFeed {
  readonly subscriptions = new Set<Subscription>();
  readonly #options: FeedOptions;
  /** Up to where live subscriptions were told; null while there are none. */
  #position: Position | null = null;
  #reading = false;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #heldBackMs = HELD_BACK_MS;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** There may be something new. */
  wake(): void {
    this.#again = true;
    if (!this.#reading) void this.#readOn();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Tells a subscription where its stream begins, what it has missed, and then whatever comes.
   * @param since undefined: the beginning of its job, or now.
   * @param announced is waited for: from then on new events of the shop are notified of.
   */
  join(subscription: Subscription, since: Position | undefined, announced?: Promise<void>): void {
    this.#follow(subscription, async () => {
      await announced;
      await this.#place(subscription, since);
      await this.#catchUp(subscription);
    });
  }

  /** One thing after the other for each subscription. */
  #follow(subscription: Subscription, reading: () => Promise<void>): void {
    subscription.following = subscription.following
      .then(() => (subscription.isOver ? undefined : reading()))
      .catch((error: unknown) => {
        this.#options.onError(error);
        subscription.close(NOT_NOW);
      });
  }

  /** Reads for one subscription alone, at its client's pace, until it has what the live ones have. */
  async #catchUp(subscription: Subscription): Promise<void> {
    while (!subscription.isOver) {
      const page = await this.#read(subscription.position, subscription.jobId);
      // So slow that what it should get next is gone: when it resumes it is told so.
      if (isGone(subscription.position, page)) return subscription.close(TOO_SLOW);
      for (const event of page.events) {
        await subscription.drained(this.#options.patienceMs);
        if (subscription.isOver) return;
        subscription.deliver(await this.#message(event), event.position);
      }
      if (page.events.length === PAGE) continue;
      subscription.advance(page.horizon);
      // Nothing may come in between: from here to the end there is no await.
      if (this.#position && isAfter(this.#position, page.horizon)) continue;
      this.#position ??= page.horizon;
      subscription.isLive = true;
      this.wake();
      return;
    }
  }

  /** The first message: where the stream begins for this subscription. */
  async #place(subscription: Subscription, since: Position | undefined): Promise<void> {
    const { db, shopId } = this.#options;
    const page = await readEvents(db, { shopId, after: BEGINNING, limit: 0 });
    const fresh = subscription.jobId === undefined ? page.horizon : BEGINNING;
    // What was never given out, or by another cluster, is as good as too old.
    const isKnown = since && !isAfter(since, page.horizon) && !isGone(since, page);
    const position = isKnown ? since : fresh;
    subscription.restart(position);
    subscription.deliver(placeMessage(since && !isKnown ? 'reset' : 'position', position), position);
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#again && this.#position) {
        this.#again = false;
        if (!this.#hasLive()) {
          this.#position = null;
          break;
        }
        const page = await this.#read(this.#position);
        for (const event of page.events) await this.#tell(event);
        this.#advance(page);
      }
    } catch (error) {
      // The next look at what is new begins where this one did.
      this.#options.onError(error);
    } finally {
      this.#reading = false;
    }
  }

  async #tell(event: StoredEvent): Promise<void> {
    const wanting = () => [...this.subscriptions].filter((one) => one.isLive && one.wants(event));
    const message = wanting().length > 0 ? await this.#message(event) : null;
    // Whoever becomes live from here on finds the event behind the feed, and reads it for itself: no await before that.
    this.#position = event.position;
    if (!message) return;
    for (const subscription of wanting()) this.#deliver(subscription, message, event.position);
    // What was written leaves the process only between turns of the event loop.
    await nextTurn();
  }

  /** Who has no room left reads for itself from here on, and is cut only if it takes nothing then either. */
  #deliver(subscription: Subscription, message: Message, position: Position): void {
    if (subscription.hasRoom) {
      subscription.deliver(message, position);
      return;
    }
    subscription.isLive = false;
    this.#follow(subscription, () => this.#catchUp(subscription));
  }

  #advance({ events, horizon, heldBack }: EventPage): void {
    if (events.length === PAGE) {
      this.#again = true;
      return;
    }
    this.#position = horizon;
    for (const subscription of this.subscriptions) if (subscription.isLive) subscription.advance(horizon);
    clearTimeout(this.#timer);
    if (!heldBack) {
      this.#heldBackMs = HELD_BACK_MS;
      return;
    }
    this.#timer = setTimeout(() => this.wake(), this.#heldBackMs);
    this.#timer.unref();
    this.#heldBackMs = Math.min(2 * this.#heldBackMs, HELD_BACK_MAX_MS);
  }

  #hasLive(): boolean {
    return [...this.subscriptions].some(({ isLive, isOver }) => isLive && !isOver);
  }

  #read(after: Position, jobId?: string): Promise<EventPage> {
    return readEvents(this.#options.db, { shopId: this.#options.shopId, jobId, after, limit: PAGE });
  }

  #message(event: StoredEvent): Promise<Message> {
    return eventMessage(this.#options.db, this.#options.shopId, event);
  }
}

/** Whether events after the place are no longer kept. The beginning stands for whatever is kept. */
function isGone(place: Position, { swept }: EventPage): boolean {
  return place.xact !== 0n && isAfter(swept, place);
}
