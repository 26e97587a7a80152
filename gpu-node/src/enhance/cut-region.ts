import type { Region, RgbPixels } from '../pixels.ts';

/** Copy a part of an image into new shared memory. */
export function cutRegion({ data, width }: RgbPixels, region: Region): RgbPixels {
  const row = 3 * region.width;
  const cut = new Uint8Array(new SharedArrayBuffer(row * region.height));
  for (let y = 0; y < region.height; y++) {
    const from = 3 * ((region.top + y) * width + region.left);
    cut.set(data.subarray(from, from + row), y * row);
  }
  return { data: cut, width: region.width, height: region.height };
}
