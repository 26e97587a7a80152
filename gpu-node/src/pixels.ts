/** 8-bit sRGB, three bytes a pixel, rows without padding; data may be backed by shared memory. */
export interface RgbPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Room for pixels in shared memory, so that every worker thread sees them without a copy.
 * @param memory is used when it is there and large enough; what it holds is overwritten.
 */
export function pixelRoom(bytes: number, memory?: SharedArrayBuffer): Uint8Array {
  return memory && memory.byteLength >= bytes
    ? new Uint8Array(memory, 0, bytes)
    : new Uint8Array(new SharedArrayBuffer(bytes));
}

/** One upright page. `pixels` may be smaller than the original; coordinates scale by originalWidth / pixels.width. */
export interface PageImage {
  readonly pixels: RgbPixels;
  readonly originalWidth: number;
  readonly originalHeight: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of an image, in its pixels. */
export interface Region extends Size {
  readonly left: number;
  readonly top: number;
}
