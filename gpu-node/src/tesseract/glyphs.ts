/** A picture in shades of grey, one byte a pixel. */
export interface GreyPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Ink that hangs together. */
export interface Glyph {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Indices of its pixels. */
  readonly pixels: readonly number[];
}

/** Connected pieces of ink (by eight neighbours), dark on light or light on dark. */
export function findGlyphs(image: GreyPixels): Glyph[] {
  const ink = inkOf(image);
  const { width } = image;
  const seen = new Uint8Array(ink.length);
  const glyphs: Glyph[] = [];
  for (let start = 0; start < ink.length; start++) {
    if (!ink[start] || seen[start]) continue;
    const pixels = [start];
    seen[start] = 1;
    let [left, right, top, bottom] = [width, 0, image.height, 0];
    // Grows while it is walked.
    for (let i = 0; i < pixels.length; i++) {
      const at = pixels[i]!;
      const [x, y] = [at % width, Math.floor(at / width)];
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const next = at + dy * width + dx;
          if (x + dx < 0 || x + dx >= width || next < 0 || next >= ink.length || seen[next] || !ink[next]) continue;
          seen[next] = 1;
          pixels.push(next);
        }
      }
    }
    glyphs.push({ left, top, width: right - left + 1, height: bottom - top + 1, pixels });
  }
  return glyphs;
}

/** 1 where a pixel is nearer to the ink than to the paper, by Otsu's threshold; the paper is what there is more of. */
function inkOf({ data }: GreyPixels): Uint8Array {
  const histogram = new Float64Array(256);
  for (const value of data) histogram[value]!++;
  const threshold = otsu(histogram, data.length);
  const dark = data.reduce((sum, value) => sum + Number(value <= threshold), 0);
  const isInverted = dark > data.length / 2;
  return data.map((value) => Number(value <= threshold !== isInverted));
}

function otsu(histogram: Float64Array, total: number): number {
  const mean = histogram.reduce((sum, count, value) => sum + count * value, 0) / total;
  let [best, bestBetween, below, sum] = [127, -1, 0, 0];
  for (let value = 0; value < 255; value++) {
    below += histogram[value]!;
    sum += value * histogram[value]!;
    if (below === 0 || below === total) continue;
    const between = (mean * below - sum) ** 2 / (below * (total - below));
    if (between > bestBetween) [best, bestBetween] = [value, between];
  }
  return best;
}
