/** The file is not built as its format says, or in a way that we cannot clean. Then nothing of it may be shown. */
export class UncleanableImage extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'UncleanableImage';
  }
}

/** Numbers and parts of a file; what would reach beyond its end throws UncleanableImage. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #littleEndian: boolean;

  constructor(bytes: Uint8Array, littleEndian = false) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
  }

  get length(): number {
    return this.bytes.byteLength;
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#within(at, 1));
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#within(at, 2), this.#littleEndian);
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#within(at, 4), this.#littleEndian);
  }

  u64(at: number): number {
    const value = this.#view.getBigUint64(this.#within(at, 8), this.#littleEndian);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new UncleanableImage('a number is too large');
    return Number(value);
  }

  /** A number of 0, 1, 2, 4 or 8 bytes. */
  unsigned(at: number, size: number): number {
    if (size === 0) return 0;
    if (size === 1) return this.u8(at);
    if (size === 2) return this.u16(at);
    if (size === 4) return this.u32(at);
    if (size === 8) return this.u64(at);
    throw new UncleanableImage(`a number has ${size} bytes`);
  }

  /** A view, not a copy. */
  slice(at: number, length: number): Uint8Array {
    this.#within(at, length);
    return this.bytes.subarray(at, at + length);
  }

  /** Latin-1. */
  text(at: number, length: number): string {
    return String.fromCharCode(...this.slice(at, length));
  }

  #within(at: number, length: number): number {
    if (!Number.isSafeInteger(at) || at < 0 || length < 0 || at + length > this.length) {
      throw new UncleanableImage('it points beyond its end');
    }
    return at;
  }
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

/** Segments, chunks, blocks, boxes or entries of one file. Real ones have a few thousand; each costs memory while it is looked at. */
const MAX_PARTS = 50_000;

/** @throws UncleanableImage when a file consists of more parts than are looked at. */
export function checkParts(count: number): void {
  if (count > MAX_PARTS) throw new UncleanableImage('it has too many parts');
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** An empty copy of a file into which parts are taken over at their own place, so that no offset has to change. */
export class SparseCopy {
  readonly bytes: Uint8Array;
  readonly #source: ByteReader;
  #budget: number;

  constructor(source: ByteReader) {
    this.#source = source;
    this.bytes = new Uint8Array(source.length);
    // Parts that overlap again and again would cost more than any file is worth.
    this.#budget = 2 * source.length;
  }

  /** Take over `length` bytes at `at`. */
  keep(at: number, length: number): void {
    this.#spend(length);
    this.bytes.set(this.#source.slice(at, length), at);
  }

  /** Take back what may have been taken over. */
  blank(at: number, length: number): void {
    this.#spend(length);
    this.bytes.fill(0, at, at + length);
  }

  write(at: number, part: Uint8Array): void {
    this.bytes.set(part, at);
  }

  #spend(length: number): void {
    this.#budget -= length;
    if (this.#budget < 0) throw new UncleanableImage('its parts are more than the whole');
  }
}
