import type { RgbPixels } from '../pixels.ts';

/** The images of the parity tests, by formula: models/export/formula_images.py has the same one. */
export function formulaImage(index: number): RgbPixels {
  const width = 48 + ((index * 53) % 401);
  const height = 16 + ((index * 17) % 49);
  const block = 5 + (index % 7);
  const data = new Uint8Array(3 * width * height);
  for (let at = 0; at < data.length; at++) {
    const x = Math.floor((Math.floor(at / 3) % width) / block);
    const y = Math.floor(Math.floor(at / (3 * width)) / block);
    const seed = (x * 73 + y * 151 + index * 311) % 1009;
    const shade = (seed * seed + 31 * seed) % 256;
    data[at] = Math.floor((3 * shade + ((seed * ((at % 3) + 1)) % 256)) / 4);
  }
  return { data, width, height };
}
