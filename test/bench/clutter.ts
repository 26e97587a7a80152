/**
 * A table top to lay receipts on: a gradient, grain, lines, overlapping shapes with hard edges, a keyboard, noise.
 * The same seed gives the same pixels, and nothing on it is writing.
 */
import { seededRandom } from '@edge-ocr/gpu-node/geometry.fixture';
import sharp from 'sharp';

/** Drawn so small and scaled up: what lies on a table seldom is as sharp as what is photographed. */
const DRAWN_SIDE = 1600;
const GRAIN_LINES = 60;
const SHAPES = 40;
const NOISE_SIDE = 256;
const NOISE_AMPLITUDE = 28;

/** @returns a PNG of the given size in pixels. */
export async function clutter(width: number, height: number, seed: number): Promise<Buffer> {
  const scale = Math.min(1, DRAWN_SIDE / Math.max(width, height));
  const random = seededRandom(seed);
  const drawn = drawTable(Math.round(width * scale), Math.round(height * scale), random);
  const table = await sharp(Buffer.from(drawn)).resize(width, height, { fit: 'fill' }).png(FAST_PNG).toBuffer();
  return sharp(table)
    .composite([{ input: await noiseTile(random), tile: true, blend: 'soft-light' }])
    .png(FAST_PNG)
    .toBuffer();
}

const FAST_PNG = { compressionLevel: 1 } as const;

function drawTable(width: number, height: number, random: () => number): string {
  const colour = () => `hsl(${Math.floor(random() * 360)} ${20 + random() * 60}% ${15 + random() * 65}%)`;
  const grain = Array.from({ length: GRAIN_LINES }, () => {
    const stroke = `stroke="${colour()}" stroke-opacity="0.25" stroke-width="${1 + random() * 6}"`;
    return `<line x1="0" y1="${random() * height}" x2="${width}" y2="${random() * height}" ${stroke}/>`;
  });
  const shapes = Array.from({ length: SHAPES }, () => {
    const [x, y] = [random() * width, random() * height];
    const [a, b] = [(0.03 + random() * 0.2) * width, (0.03 + random() * 0.2) * width];
    return shape(random(), { x, y, a, b, turn: random() * 90, colour });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="light" x2="1" y2="1"><stop stop-color="${colour()}"/><stop offset="1" stop-color="${colour()}"/></linearGradient>
    <rect width="100%" height="100%" fill="url(#light)"/>${[...grain, ...shapes].join('')}</svg>`;
}

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
  readonly turn: number;
  colour(): string;
}

function shape(kind: number, { x, y, a, b, turn, colour }: Placed): string {
  const turned = `transform="rotate(${turn} ${x} ${y})"`;
  if (kind < 0.4) return `<rect x="${x}" y="${y}" width="${a}" height="${b}" rx="8" fill="${colour()}" ${turned}/>`;
  if (kind < 0.7) return `<ellipse cx="${x}" cy="${y}" rx="${a / 2}" ry="${b / 2}" fill="${colour()}" ${turned}/>`;
  const key = a / 5;
  const keys = Array.from({ length: 12 }, (_, i) => {
    const place = `x="${x + (i % 4) * key * 1.25}" y="${y + Math.floor(i / 4) * key * 1.25}"`;
    return `<rect ${place} width="${key}" height="${key}" rx="3" fill="${colour()}" stroke="#222"/>`;
  });
  return `<g ${turned}>${keys.join('')}</g>`;
}

function noiseTile(random: () => number): Promise<Buffer> {
  const grey = Uint8Array.from({ length: NOISE_SIDE ** 2 }, () => 128 + (random() - 0.5) * 2 * NOISE_AMPLITUDE);
  const pixels = Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]!);
  return sharp(pixels, { raw: { width: NOISE_SIDE, height: NOISE_SIDE, channels: 3 } })
    .png()
    .toBuffer();
}
