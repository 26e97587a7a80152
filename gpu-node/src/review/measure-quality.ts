import type { RgbPixels } from '../pixels.ts';

/** What can be told of a photo without reading it. Brightness from 0 to 255. */
export interface PhotoQuality {
  /** Of the lightest twentieth: paper in the light, if there is any. */
  readonly light: number;
  /** Between the darkest and the lightest hundredth. */
  readonly contrast: number;
  /** Standard deviation of the blur on the sharper edges, in pixels of the image; null where nothing has an edge. */
  readonly blur: number | null;
}

/** Rows looked at; enough for the tails of a distribution. */
const MAX_ROWS = 400;
/** A change of brightness is an edge from here on; less is noise. */
const LEAST_EDGE = 12;
/** Pixels; wider edges are shading. */
const WIDEST_EDGE = 24;
/** Edge widths are counted in quarters of a pixel. */
const BINS = 4;
/** The contrast of edges on a page with a few words, as a share of its pixels' number. */
const LEAST_EDGES = 0.05;
/** The edges that count are as sharp as this share of them; letters have soft curves too, and paper has folds. */
const SHARPER = 0.25;
/** Height over steepest slope of a step that is blurred by a Gaussian of deviation 1: √2π. */
const STEP_WIDTH = 2.507;

/** How light, how rich in contrast and how sharp an image is. Reads at most 400 of its rows: some milliseconds. */
export function measureQuality(image: RgbPixels): PhotoQuality {
  const step = Math.max(1, Math.floor(image.height / MAX_ROWS));
  const shades = new Float64Array(256);
  const edges = new Float64Array(BINS * WIDEST_EDGE + 1);
  for (let y = 0; y < image.height; y += step) {
    const row = greenRow(image, y);
    for (const shade of row) shades[shade]!++;
    addEdges(row, edges);
  }
  const contrast = quantile(shades, 0.99) - quantile(shades, 0.01);
  const hasEdges = sum(edges) >= LEAST_EDGES * sum(shades);
  return {
    light: quantile(shades, 0.95),
    contrast,
    blur: hasEdges ? quantile(edges, SHARPER) / BINS / STEP_WIDTH : null,
  };
}

/** Green is near enough to luminance, and costs nothing. */
function greenRow({ data, width }: RgbPixels, y: number): Uint8Array {
  const row = new Uint8Array(width);
  for (let x = 0; x < width; x++) row[x] = data[3 * (y * width + x) + 1]!;
  return row;
}

/** Every stretch that only gets lighter, or only darker, is an edge: it is as wide as its height over its steepest step. */
function addEdges(row: Uint8Array, edges: Float64Array): void {
  let start = 0;
  let steepest = 0;
  for (let x = 1; x <= row.length; x++) {
    const change = x < row.length ? row[x]! - row[x - 1]! : 0;
    const rose = row[x - 1]! - row[start]!;
    if (change * rose > 0 || start === x - 1) {
      steepest = Math.max(steepest, Math.abs(change));
      continue;
    }
    const height = Math.abs(rose);
    if (height >= LEAST_EDGE) {
      const width = Math.min(WIDEST_EDGE, height / steepest);
      edges[Math.round(BINS * width)]! += height;
    }
    start = x - 1;
    steepest = Math.abs(change);
  }
}

function quantile(histogram: Float64Array, share: number): number {
  const wanted = share * sum(histogram);
  let reached = 0;
  return histogram.findIndex((count) => {
    reached += count;
    return reached >= wanted;
  });
}

function sum(histogram: Float64Array): number {
  return histogram.reduce((total, count) => total + count, 0);
}
