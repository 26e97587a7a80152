/** What every level of the cache can do. Implementations may throw; who uses them decides what that means. */
export interface TextStore {
  /** @returns null when there is nothing, or nothing any more, under the key. */
  get(key: string): Promise<string | null>;
  put(key: string, value: string, ttlSeconds: number): Promise<void>;
}
