import { pixelRoom, type Region, type RgbPixels } from '../pixels.ts';

/** Copy a part of an image into shared memory. */
export function cutRegion({ data, width }: RgbPixels, region: Region, memory?: SharedArrayBuffer): RgbPixels {
  const row = 3 * region.width;
  const cut = pixelRoom(row * region.height, memory);
  for (let y = 0; y < region.height; y++) {
    const from = 3 * ((region.top + y) * width + region.left);
    cut.set(data.subarray(from, from + row), y * row);
  }
  return { data: cut, width: region.width, height: region.height };
}
