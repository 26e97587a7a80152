/**
 * Where `needle` (not empty) begins in `haystack` at `from` or later, or -1. Horspool's algorithm: a boundary of 60 bytes is
 * looked for in steps of up to 60.
 */
export function findBytes(haystack: Uint8Array, needle: Uint8Array, from: number): number {
  const last = needle.length - 1;
  const skip = new Uint8Array(256).fill(Math.min(needle.length, 255));
  for (let i = Math.max(0, last - 255); i < last; i++) skip[needle[i]!] = last - i;
  for (let at = from; at + last < haystack.length; at += skip[haystack[at + last]!]!) {
    let i = last;
    while (i >= 0 && haystack[at + i] === needle[i]) i--;
    if (i < 0) return at;
  }
  return -1;
}
