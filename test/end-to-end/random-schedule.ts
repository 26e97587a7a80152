/** What may happen to an offline queue in the life of an app, by chance but the same for the same seed. */
import type { QueueStorage } from '@edge-ocr/shared/client/offline-queue';
import type { Random } from '../seeded-random.ts';
import type { Fault } from './fault-proxy.ts';

export type Step =
  | { readonly do: 'add'; readonly image: number; readonly priority: number }
  /** The app dies after so many more things that it waits for, and is started again. */
  | { readonly do: 'kill'; readonly after: number }
  | { readonly do: 'go'; readonly online: boolean }
  | { readonly do: 'wait'; readonly milliseconds: number };

export interface Schedule {
  readonly steps: readonly Step[];
  readonly images: number;
  readonly concurrency: number;
  /** Of the requests that meet a fault. */
  readonly faultShare: number;
  /** Whether the hash is asked for first. */
  readonly hashFirst: boolean;
}

export function randomSchedule(random: Random): Schedule {
  const below = (count: number) => Math.floor(random() * count);
  const images = 1 + below(3);
  const steps = Array.from({ length: 4 + below(8) }, (): Step => {
    const choice = random();
    if (choice < 0.45) return { do: 'add', image: below(images), priority: below(3) };
    if (choice < 0.65) return { do: 'kill', after: below(30) };
    if (choice < 0.85) return { do: 'go', online: random() < 0.5 };
    return { do: 'wait', milliseconds: below(20) };
  });
  // Each image at least once, somewhere.
  for (let image = 0; image < images; image++)
    steps.splice(below(steps.length + 1), 0, { do: 'add', image, priority: below(3) });
  return { steps, images, concurrency: 1 + below(2), faultShare: random() * 0.6, hashFirst: random() < 0.5 };
}

export function randomFault(random: Random, share: number): Fault | null {
  if (random() >= share) return null;
  const refusals = [
    { status: 503, code: 'OVERLOADED' },
    { status: 429, code: 'RATE_LIMITED' },
    { status: 500, code: 'INTERNAL' },
    { status: 503, code: 'MODEL_ERROR' },
    { status: 502, code: 'NETWORK_ERROR' },
  ] as const;
  const refusal = refusals[Math.floor(random() * refusals.length)]!;
  const choice = random();
  if (choice < 0.25) return { kind: 'reset before' };
  if (choice < 0.55) return { kind: 'reset after' };
  return { kind: choice < 0.75 ? 'refuse before' : 'refuse after', ...refusal };
}

/** A process that can die at any thing it waits for: from then on nothing of it has an effect. */
export class Life {
  #left = Number.POSITIVE_INFINITY;
  #died!: () => void;
  readonly death: Promise<void> = new Promise((resolve) => {
    this.#died = resolve;
  });

  get isDead(): boolean {
    return this.#left <= 0;
  }

  dieAfter(steps: number): void {
    this.#left = Math.min(this.#left, steps);
    if (this.isDead) this.#died();
  }

  /** A place at which it may die: before or after something has its effect. */
  step(): void {
    if (!this.isDead) this.dieAfter(this.#left - 1);
    if (this.isDead) throw new Error('this app was killed');
  }

  async around<T>(act: () => Promise<T>): Promise<T> {
    this.step();
    const done = await act();
    this.step();
    return done;
  }
}

export function mortalStorage(storage: QueueStorage, life: Life): QueueStorage {
  return {
    name: storage.name,
    isShared: storage.isShared,
    items: () => life.around(() => storage.items()),
    item: (id) => life.around(() => storage.item(id)),
    putItem: (item) => life.around(() => storage.putItem(item)),
    deleteItem: (id) => life.around(() => storage.deleteItem(id)),
    imageIds: () => life.around(() => storage.imageIds()),
    image: (id) => life.around(() => storage.image(id)),
    putImage: (id, bytes) => life.around(() => storage.putImage(id, bytes)),
    deleteImage: (id) => life.around(() => storage.deleteImage(id)),
    close: () => storage.close(),
  };
}

export function mortalFetch(life: Life): typeof fetch {
  return (input, init) => life.around(() => fetch(input, init));
}
