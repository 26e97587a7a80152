const SOI = [0xff, 0xd8];
const QUANTISATION = [0xff, 0xdb, 0, 67, 0, ...Array(64).fill(1)];
const FRAME = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
const HUFFMAN = [0xff, 0xc4, 0, 20, 0, 1, ...Array(15).fill(0), 0];
const SCAN = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x55];
const EOI = [0xff, 0xd9];

/**
 * A small JPEG of sound structure whose comment says `comment`, another in every call, as photos are.
 * @param scanBytes of its pixels.
 */
export function photo(comment: string, scanBytes = 8): Uint8Array {
  const text = new TextEncoder().encode(`${comment} ${crypto.randomUUID()}`);
  const segment = [0xff, 0xfe, 0, text.length + 2, ...text];
  const scan = crypto.getRandomValues(new Uint8Array(scanBytes)).map((byte) => byte & 0x7f);
  return Uint8Array.from([...SOI, ...segment, ...QUANTISATION, ...FRAME, ...HUFFMAN, ...SCAN, ...scan, ...EOI]);
}
