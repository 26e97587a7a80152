export interface ThumbnailSettings {
  /** Address of a small picture, which the cache lets go of again. */
  readonly make: (sha256: string) => Promise<string>;
  readonly release: (address: string) => void;
  /** Kept at the most; the one that was not asked for longest goes first. */
  readonly limit: number;
  /** Made at once at the most. */
  readonly atOnce: number;
}

/** Small pictures by the hash of their image. */
export class ThumbnailCache {
  readonly #settings: ThumbnailSettings;
  readonly #made = new Map<string, Promise<string | null>>();
  readonly #queued: (() => void)[] = [];
  #running = 0;

  constructor(settings: ThumbnailSettings) {
    this.#settings = settings;
  }

  /** null: there is none; asking again later tries again. */
  get(sha256: string): Promise<string | null> {
    const address = this.#made.get(sha256) ?? this.#make(sha256);
    // Last in the map is asked for last.
    this.#made.delete(sha256);
    this.#made.set(sha256, address);
    this.#drop(this.#settings.limit);
    return address;
  }

  clear(): void {
    this.#drop(0);
  }

  async #make(sha256: string): Promise<string | null> {
    await this.#turn();
    try {
      return await this.#settings.make(sha256);
    } catch {
      this.#made.delete(sha256);
      return null;
    } finally {
      // Whoever waits takes over this turn, so that nobody can come between.
      const next = this.#queued.shift();
      if (next) next();
      else this.#running--;
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#settings.atOnce) this.#running++;
    else await new Promise<void>((resolve) => this.#queued.push(resolve));
  }

  #drop(downTo: number): void {
    for (const [sha256, address] of this.#made) {
      if (this.#made.size <= downTo) return;
      this.#made.delete(sha256);
      void address.then((made) => made !== null && this.#settings.release(made));
    }
  }
}
