import { describe, expect, test } from 'vitest';
import { PixelMemory } from './pixel-memory.ts';

const MIB = 1024 * 1024;

describe('PixelMemory', () => {
  test('what one request gave back serves the next of about its size', () => {
    const memory = new PixelMemory(64 * MIB);
    const first = memory.open();
    const buffer = first.take(5 * MIB);
    expect(buffer.byteLength).toBeGreaterThanOrEqual(5 * MIB);
    first[Symbol.dispose]();
    expect(memory.open().take(7 * MIB)).toBe(buffer);
  });

  test('nobody has what another holds', () => {
    const memory = new PixelMemory(64 * MIB);
    const [a, b] = [memory.open().take(MIB), memory.open().take(MIB)];
    expect(a).not.toBe(b);
  });

  test('a request may take several, and giving back twice gives once', () => {
    const memory = new PixelMemory(64 * MIB);
    const request = memory.open();
    const taken = [request.take(MIB), request.take(MIB)];
    request[Symbol.dispose]();
    request[Symbol.dispose]();
    const next = memory.open();
    const again = [next.take(MIB), next.take(MIB), next.take(MIB)];
    expect(new Set(again).size).toBe(3);
    expect(taken.every((buffer) => again.includes(buffer))).toBe(true);
  });

  test('what a stage still works on is nobody’s until it ends', () => {
    const memory = new PixelMemory(64 * MIB);
    const request = memory.open();
    const buffer = request.take(MIB);
    const [one, other] = [memory.use([buffer]), memory.use([buffer])];
    request[Symbol.dispose]();
    one[Symbol.dispose]();
    expect(memory.open().take(MIB)).not.toBe(buffer);
    other[Symbol.dispose]();
    expect(memory.open().take(MIB)).toBe(buffer);
  });

  test('memory that was not lent may be used as well', () => {
    const memory = new PixelMemory(64 * MIB);
    using _ = memory.use([new SharedArrayBuffer(8), new ArrayBuffer(8)]);
  });

  test('no more is kept than allowed', () => {
    const memory = new PixelMemory(2 * MIB);
    const request = memory.open();
    const [a, b, c] = [request.take(MIB), request.take(MIB), request.take(MIB)];
    request[Symbol.dispose]();
    const next = memory.open();
    const again = [next.take(MIB), next.take(MIB), next.take(MIB)];
    expect(again.filter((buffer) => [a, b, c].includes(buffer))).toHaveLength(2);
    const large = memory.open();
    const huge = large.take(32 * MIB);
    large[Symbol.dispose]();
    expect(memory.open().take(32 * MIB)).not.toBe(huge);
  });
});
