import { seededRandom } from '@edge-ocr/gpu-node/geometry.fixture';
import sharp, { type Metadata } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { UncleanableImage } from '../../edge/src/images/clean/bytes.ts';
import { cleanImage } from '../../edge/src/images/clean/clean-image.ts';
import { orientationIn } from '../../edge/src/images/clean/orientation.ts';
import { decodeHeic } from '../../gpu-node/src/decode/heic.ts';
import { readFixture } from '../end-to-end/api-client.ts';
import { markedImages, SECRET } from '../fixtures/marked.ts';

const NAMES = [
  ...[
    'photo.jpg',
    'progressive.jpg',
    'cmyk.jpg',
    'photo.png',
    'palette.png',
    'photo.webp',
    'alpha.webp',
    'animated.webp',
  ],
  ...['animated.gif', 'lzw.tiff', 'tiled.tiff', 'jpeg.tiff', 'place-big-endian.tiff', 'place-little-endian.tiff'],
  ...['photo.avif', 'photo.heic', 'grid.heic'],
];
const LIMITS = { maxPixels: 1e7, maxSide: 1e4, minSide: 1, maxAspectRatio: 30, decodeTimeoutSeconds: 10 };

let images: Record<string, Buffer>;
beforeAll(async () => {
  images = await markedImages();
});

/** Every frame, as it is stored, before any turn. */
async function pixelsOf(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (name.endsWith('.heic')) return (await decodeHeic(bytes, LIMITS)).data;
  return await sharp(bytes, { animated: true }).raw().toBuffer();
}

function contains(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes).includes(text, 0, 'latin1');
}

/** What a reader of metadata finds in it. The one thing that may be left of Exif is the orientation. */
function metadataIn({ exif, xmp, iptc, comments, tifftagPhotoshop }: Metadata): string[] {
  const found = Object.entries({ xmp, iptc, comments, tifftagPhotoshop }).filter(([, value]) => value !== undefined);
  if (exif && exif.length > 6 + 26) found.push(['exif', exif]);
  return found.map(([name]) => name);
}

it('every image under test has something to hide', () => {
  expect(Object.keys(images)).toEqual(NAMES);
  for (const bytes of Object.values(images)) expect(contains(bytes, SECRET)).toBe(true);
});

describe.each(NAMES)('%s', (name) => {
  it('has no metadata left', async () => {
    const { bytes } = cleanImage(images[name]!);
    expect(contains(bytes, SECRET)).toBe(false);
    expect(contains(bytes, 'GPS')).toBe(false);
    expect(metadataIn(await sharp(bytes).metadata())).toEqual([]);
  });

  it('has the same pixels, frames, colours and orientation', async () => {
    const { bytes } = cleanImage(images[name]!);
    expect(Buffer.compare(await pixelsOf(bytes, name), await pixelsOf(images[name]!, name))).toBe(0);
    const [before, after] = await Promise.all([sharp(images[name]!).metadata(), sharp(bytes).metadata()]);
    for (const kept of ['width', 'height', 'space', 'pages', 'delay', 'loop', 'hasAlpha'] as const) {
      expect(after[kept], kept).toEqual(before[kept]);
    }
    expect(after.orientation ?? 1).toBe(before.orientation ?? 1);
    expect(after.icc).toEqual(before.icc);
  });

  it('is clean already when it is cleaned again', () => {
    const { bytes, format } = cleanImage(images[name]!);
    expect(Buffer.compare(cleanImage(bytes).bytes, bytes)).toBe(0);
    expect(cleanImage(bytes).format).toBe(format);
  });

  it('cut off anywhere is refused, or shows nothing', () => {
    const whole = images[name]!;
    const step = Math.max(1, Math.floor(whole.length / 400));
    for (let length = 0; length < whole.length; length += step) {
      const outcome = outcomeOf(whole.subarray(0, length));
      if (outcome) expect(contains(outcome, SECRET), `${length} bytes`).toBe(false);
    }
  });

  it('with damage anywhere is refused, or has no metadata that a reader finds', async () => {
    const random = seededRandom(11);
    let served = 0;
    for (let i = 0; i < 300; i++) {
      const damaged = Buffer.from(images[name]!);
      // The structure stands mostly at the beginning.
      const reach = i % 2 ? damaged.length : Math.min(damaged.length, 600);
      for (let k = 0; k < 2; k++) damaged[Math.floor(random() * reach)] = Math.floor(random() * 256);
      const outcome = outcomeOf(damaged);
      if (!outcome) continue;
      served++;
      const metadata = await sharp(outcome)
        .metadata()
        .catch(() => null);
      if (metadata) expect(metadataIn(metadata)).toEqual([]);
    }
    expect(served).toBeGreaterThan(0);
  });
});

/** @returns null when it is refused as it should be. */
function outcomeOf(bytes: Uint8Array): Uint8Array | null {
  try {
    return cleanImage(bytes).bytes;
  } catch (error) {
    if (error instanceof UncleanableImage) return null;
    throw error;
  }
}

describe('orientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i survives in JPEG, PNG, WebP and TIFF', async (orientation) => {
    const source = sharp(await readFixture('format.tiff')).withMetadata({ orientation });
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      const bytes = await source.clone()[format]().toBuffer();
      const cleaned = cleanImage(bytes);
      expect((await sharp(cleaned.bytes).metadata()).orientation ?? 1, format).toBe(orientation);
    }
  });

  it('that cannot be read is none', () => {
    for (const bad of [
      new Uint8Array(0),
      Uint8Array.of(0x4d, 0x4d),
      Buffer.from('Exif\0\0II*\0\xff\xff\xff\xff', 'latin1'),
    ]) {
      expect(orientationIn(bad)).toBe(1);
    }
  });
});

describe('what is refused', () => {
  it.each([
    ['text', Buffer.from('a shopping list, not a photo')],
    ['nothing', Buffer.alloc(0)],
    ['the beginning of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xd9, 0, 0])],
    ['a TIFF whose pages go round in a circle', Buffer.from('II*\0\x08\0\0\0\0\0\x08\0\0\0', 'latin1')],
    ['a HEIC without an image', Buffer.from('\0\0\0\x10ftypheic\0\0\0\0', 'latin1')],
  ])('%s', (_, bytes) => {
    expect(() => cleanImage(bytes)).toThrow(UncleanableImage);
  });

  it('a TIFF whose strips say the same place again and again', () => {
    const strips = 5000;
    const bytes = Buffer.alloc(8 + 2 + 36 + 4 + strips * 8);
    bytes.write('II*\0\x08\0\0\0', 'latin1');
    bytes.writeUInt16LE(3, 8);
    const at = 8 + 2 + 36 + 4;
    const entries = [
      [259, 3, 1, 1],
      [273, 4, strips, at],
      [279, 4, strips, at + strips * 4],
    ] as const;
    for (const [i, [tag, type, count, value]] of entries.entries()) {
      bytes.writeUInt16LE(tag, 10 + 12 * i);
      bytes.writeUInt16LE(type, 12 + 12 * i);
      bytes.writeUInt32LE(count, 14 + 12 * i);
      bytes.writeUInt32LE(value, 18 + 12 * i);
    }
    for (let i = 0; i < strips; i++) bytes.writeUInt32LE(bytes.length, at + strips * 4 + 4 * i);
    expect(() => cleanImage(bytes)).toThrow('more than the whole');
  });
});
