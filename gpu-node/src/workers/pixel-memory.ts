/**
 * Memory of decoded pages, lent to requests and used again. Pages are in shared memory so that several threads can work
 * on one without a copy; but the garbage collector does not count shared memory as a reason to run, and it is only freed
 * when every thread has collected its view of it. Left to it, a node that decodes large photos grows by gigabytes.
 */

/** Buffers come in powers of two of this, so that pages of about one size share them. */
const SMALLEST_BYTES = 1024 * 1024;

interface Buffer {
  /** Stages that work on it now. */
  uses: number;
  /** Whether a request still holds it. */
  isHeld: boolean;
}

export class PixelMemory {
  readonly #maxIdleBytes: number;
  readonly #lent = new Map<SharedArrayBuffer, Buffer>();
  /** Longest unused first. */
  readonly #idle: SharedArrayBuffer[] = [];
  #idleBytes = 0;

  /** @param maxIdleBytes what is kept for later requests; more is left to the garbage collector. */
  constructor(maxIdleBytes: number) {
    this.#maxIdleBytes = maxIdleBytes;
  }

  /** Memory for one request, which takes what it needs and gives all of it back in the end. */
  open(): PageMemory {
    const taken: SharedArrayBuffer[] = [];
    return {
      take: (bytes) => {
        const buffer = this.#take(bytes);
        taken.push(buffer);
        return buffer;
      },
      [Symbol.dispose]: () => {
        for (const buffer of taken.splice(0)) this.#release(buffer);
      },
    };
  }

  /**
   * Note that a stage works on some buffers: a request that is aborted gives them back while stages that have begun still
   * run, and until they end nobody else may have them.
   */
  use(buffers: readonly ArrayBufferLike[]): Disposable {
    const used = buffers.flatMap((buffer) => this.#lent.get(buffer as SharedArrayBuffer) ?? []);
    for (const buffer of used) buffer.uses++;
    return {
      [Symbol.dispose]: () => {
        for (const buffer of used) buffer.uses--;
        for (const buffer of buffers) this.#keepIfFree(buffer as SharedArrayBuffer);
      },
    };
  }

  #take(bytes: number): SharedArrayBuffer {
    const size = sizeFor(bytes);
    const at = this.#idle.findIndex((buffer) => buffer.byteLength === size);
    const buffer = at === -1 ? new SharedArrayBuffer(size) : this.#idle.splice(at, 1)[0]!;
    if (at !== -1) this.#idleBytes -= size;
    this.#lent.set(buffer, { uses: 0, isHeld: true });
    return buffer;
  }

  #release(buffer: SharedArrayBuffer): void {
    this.#lent.get(buffer)!.isHeld = false;
    this.#keepIfFree(buffer);
  }

  #keepIfFree(buffer: SharedArrayBuffer): void {
    const state = this.#lent.get(buffer);
    if (!state || state.isHeld || state.uses > 0) return;
    this.#lent.delete(buffer);
    this.#idle.push(buffer);
    this.#idleBytes += buffer.byteLength;
    while (this.#idleBytes > this.#maxIdleBytes) this.#idleBytes -= this.#idle.shift()!.byteLength;
  }
}

export interface PageMemory extends Disposable {
  /** @returns memory of at least so many bytes, with whatever was in it before; the request's until it is disposed of. */
  take(bytes: number): SharedArrayBuffer;
}

function sizeFor(bytes: number): number {
  let size = SMALLEST_BYTES;
  while (size < bytes) size *= 2;
  return size;
}
