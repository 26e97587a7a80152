import { growRect, type RotatedRect } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';

/**
 * Straighten a rectangle of an image, with a margin, at the image's own resolution: resizing is the model's.
 * @param margin on every side, as a share of the rectangle's height. Beyond the image's border its last pixels go on.
 */
export function cutLine(image: RgbPixels, rect: RotatedRect, margin: number): RgbPixels {
  const grown = growRect(rect, margin * rect.height, margin * rect.height);
  const width = Math.max(1, Math.round(grown.width));
  const height = Math.max(1, Math.round(grown.height));
  const [origin, right, , below] = grown.corners;
  const stepX = { x: (right.x - origin.x) / width, y: (right.y - origin.y) / width };
  const stepY = { x: (below.x - origin.x) / height, y: (below.y - origin.y) / height };
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Pixel centres lie at half coordinates.
      const sx = origin.x + (x + 0.5) * stepX.x + (y + 0.5) * stepY.x - 0.5;
      const sy = origin.y + (x + 0.5) * stepX.y + (y + 0.5) * stepY.y - 0.5;
      sampleInto(data, 3 * (y * width + x), image, sx, sy);
    }
  }
  return { data, width, height };
}

/** Between the four pixels around a place. */
function sampleInto(target: Uint8Array, at: number, { data, width, height }: RgbPixels, px: number, py: number): void {
  const x = Math.min(Math.max(px, 0), width - 1);
  const y = Math.min(Math.max(py, 0), height - 1);
  const fx = x - Math.floor(x);
  const fy = y - Math.floor(y);
  const a = 3 * (Math.floor(y) * width + Math.floor(x));
  const b = fx > 0 ? a + 3 : a;
  const down = fy > 0 ? 3 * width : 0;
  for (let channel = 0; channel < 3; channel++) {
    const top = data[a + channel]! * (1 - fx) + data[b + channel]! * fx;
    const bottom = data[a + down + channel]! * (1 - fx) + data[b + down + channel]! * fx;
    target[at + channel] = Math.round(top * (1 - fy) + bottom * fy);
  }
}
