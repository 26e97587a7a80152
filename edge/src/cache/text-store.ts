/** What every level of the cache can do. Implementations may throw; who uses them decides what that means. */
export interface TextStore {
  /** As `Server-Timing` names the level. */
  readonly name: 'isolate' | 'near' | 'redis';
  /** Whether it lies beyond the data centre, so that no answer waits for a write to it. */
  readonly isFar: boolean;
  /** @returns null when there is nothing, or nothing any more, under the key. */
  get(key: string): Promise<string | null>;
  put(key: string, value: string, ttlSeconds: number): Promise<void>;
}
