import { createHash } from 'node:crypto';

/** What was read under which path, so that a file that is only touched is not read again. One hash a file. */
export class KnownBytes {
  readonly #hashes = new Map<string, string>();

  /** Remembers the bytes. @returns false when they are what the path had before. */
  isNew(path: string, bytes: Uint8Array): boolean {
    const hash = createHash('sha256').update(bytes).digest('base64');
    if (this.#hashes.get(path) === hash) return false;
    this.#hashes.set(path, hash);
    return true;
  }

  /** Read it again when it comes again. */
  forget(path: string): void {
    this.#hashes.delete(path);
  }
}
