import { move, transferableSymbol, valueSymbol } from 'piscina';

/**
 * A task's result whose buffers are moved to the caller's thread rather than copied. piscina's move() takes a buffer
 * that is the whole result, or an object that lists its buffers under these symbols.
 */
export function moved<T extends object>(value: T, buffers: ArrayBuffer[]): T {
  if (buffers.length === 0) return value;
  return move({ [transferableSymbol]: buffers, [valueSymbol]: value } as never) as unknown as T;
}
