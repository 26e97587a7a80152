/** Papers of texts as pictures. Pango shapes them (through sharp): conjuncts and vowel signs are as in print. */
import sharp from 'sharp';
import type { Font } from './fonts.ts';

export interface Look {
  readonly font: Font;
  /** Of the letters, in pixels. */
  readonly size: number;
  /** As a photo of it: a little turned, blurred, grainy, greyish and compressed. */
  readonly noisy: boolean;
}

const MARGIN = 48;
/** From line to line, in heights of the letters. */
const LEADING = 1.9;
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** @returns the bytes of a PNG, or of a JPEG where it is noisy. */
export async function renderPaper(lines: readonly string[], { font, size, noisy }: Look): Promise<Buffer> {
  const rows = await Promise.all(lines.map((line) => renderLine(line, font, size)));
  const width = Math.max(...rows.map((row) => row.info.width)) + 2 * MARGIN;
  const leading = Math.round(LEADING * size);
  const height = rows.length * leading + 2 * MARGIN;
  const page = sharp({ create: { width, height, channels: 3, background: '#fff' } }).composite(
    rows.map(({ data }, i) => ({ input: data, left: MARGIN, top: MARGIN + i * leading })),
  );
  const png = await page.png().toBuffer();
  return noisy ? addNoise(png, size) : png;
}

function renderLine(line: string, { family, file }: Font, size: number) {
  const text = line.replace(/[&<>]/g, (mark) => ESCAPES[mark]!);
  return sharp({ text: { text, font: `${family} ${size}`, fontfile: file, dpi: 72 } })
    .negate()
    .png()
    .toBuffer({ resolveWithObject: true });
}

/** Seeded by the size and the picture itself, so that it is the same each time. */
async function addNoise(png: Buffer, size: number): Promise<Buffer> {
  const tilted = sharp(png)
    .rotate(size % 2 === 0 ? 1.2 : -1.4, { background: '#fff' })
    .blur(0.3 + size / 60);
  const { data, info } = await tilted.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let state = (0x9e3779b9 ^ (size * 2654435761)) >>> 0;
  for (let i = 0; i < data.length; i += 3) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const grain = ((state >>> 16) / 65536 - 0.5) * 44;
    // Ink that has faded, on paper that is not white.
    for (let c = 0; c < 3; c++) data[i + c] = Math.min(255, Math.max(0, 52 + data[i + c]! * 0.68 + grain));
  }
  const { width, height } = info;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 72 })
    .toBuffer();
}
