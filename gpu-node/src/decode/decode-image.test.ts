import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import * as bad from '../../../test/fixtures/bad-input.ts';
import { fixturePath } from '../../../test/fixtures/truth.ts';
import type { PageImage, RgbPixels } from '../pixels.ts';
import { decodeImage, inspectImage, resizePixels } from './decode-image.ts';
import { LIMITS } from './image-limits.fixture.ts';
import type { ImageLimits } from './image-limits.ts';

/** As the pipeline does it: the header first. */
async function decode(bytes: Uint8Array, limits: Partial<ImageLimits> = {}, side = 3200): Promise<PageImage> {
  await inspectImage(bytes, { ...LIMITS, ...limits });
  return decodeImage(bytes, { ...LIMITS, ...limits }, side);
}
const decodeFixture = async (name: string, side?: number) => decode(await readFile(fixturePath(name)), {}, side);

function pixelAt({ data, width }: RgbPixels, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

/** Mean difference of two images in steps of 8-bit colour. */
function difference(a: RgbPixels, b: RgbPixels): number {
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
}

/**
 * By EXIF orientation, the corner of the stored pixels that is the top left of the upright picture, and whether its
 * sides are swapped (EXIF 2.3, table 6: which side the first row and the first column show).
 */
const ORIENTATIONS = [
  { orientation: 1, corner: 'northwest', swapped: false },
  { orientation: 2, corner: 'northeast', swapped: false },
  { orientation: 3, corner: 'southeast', swapped: false },
  { orientation: 4, corner: 'southwest', swapped: false },
  { orientation: 5, corner: 'northwest', swapped: true },
  { orientation: 6, corner: 'southwest', swapped: true },
  { orientation: 7, corner: 'southeast', swapped: true },
  { orientation: 8, corner: 'northeast', swapped: true },
];

describe('decodeImage reads every format as the same upright 8-bit sRGB page', () => {
  let expected: PageImage;
  beforeAll(async () => {
    expected = await decodeFixture('format.tiff');
  });

  test('the reference itself: shape, ground and ink', () => {
    expect(expected).toMatchObject({ originalWidth: 420, originalHeight: 180 });
    expect(expected.pixels).toMatchObject({ width: 420, height: 180 });
    expect(expected.pixels.data).toHaveLength(420 * 180 * 3);
    expect(pixelAt(expected.pixels, 2, 2)).toEqual([0xf6, 0xf4, 0xee]);
    expect(expected.pixels.data.some((value) => value < 40)).toBe(true);
  });

  test.each([
    ['format.webp', 4],
    ['format.avif', 4],
    ['format-16bit.png', 1],
    ['format-grey.jpg', 6],
    ['format-cmyk.jpg', 8],
    ['format-exif6.jpg', 4],
    ['format-animated.gif', 6],
    ['format-alpha.png', 12],
  ])('%s', async (name, tolerance) => {
    const page = await decodeFixture(name);
    expect(page.pixels).toMatchObject({ width: 420, height: 180 });
    expect(page).toMatchObject({ originalWidth: 420, originalHeight: 180 });
    expect(page.pixels.data).toHaveLength(expected.pixels.data.length);
    expect(difference(page.pixels, expected.pixels)).toBeLessThan(tolerance);
  });

  test('what is transparent is white', async () => {
    expect(pixelAt((await decodeFixture('format-alpha.png')).pixels, 2, 2)).toEqual([255, 255, 255]);
  });

  test('frames are counted', async () => {
    const framesOf = async (name: string) => (await inspectImage(await readFile(fixturePath(name)), LIMITS)).frames;
    expect(await framesOf('format-animated.gif')).toBe(2);
    expect(await framesOf('receipt-1.jpg')).toBe(1);
  });

  test.each(ORIENTATIONS)('EXIF orientation $orientation is undone', async ({ orientation, corner, swapped }) => {
    const sheet = (width: number, height: number, background: string) => {
      const [w, h] = swapped ? [height, width] : [width, height];
      return { create: { width: w, height: h, channels: 3 as const, background } };
    };
    const marked = sharp(sheet(60, 40, '#fff')).composite([{ input: sheet(30, 20, '#000'), gravity: corner }]);
    const stored = await marked.withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const { pixels, originalWidth, originalHeight } = await decode(stored);
    expect([pixels.width, pixels.height, originalWidth, originalHeight]).toEqual([60, 40, 60, 40]);
    const isBlack = (x: number, y: number) => pixelAt(pixels, x, y)[0]! < 128;
    expect([isBlack(10, 10), isBlack(50, 10), isBlack(10, 30), isBlack(50, 30)]).toEqual([true, false, false, false]);
  });
});

describe('decodeImage bounds what it decodes', () => {
  test('a large image is scaled to the working side, its own size kept beside', async () => {
    const full = await decodeFixture('receipt-1.jpg');
    const page = await decodeFixture('receipt-1.jpg', 400);
    expect(Math.max(page.pixels.width, page.pixels.height)).toBe(400);
    expect([page.originalWidth, page.originalHeight]).toEqual([full.pixels.width, full.pixels.height]);
    expect(page.pixels.width / page.pixels.height).toBeCloseTo(full.pixels.width / full.pixels.height, 1);
  });

  test('a small one is not enlarged', async () => {
    expect((await decodeFixture('format.webp', 3200)).pixels.width).toBe(420);
  });

  test('pixels lie in shared memory', async () => {
    expect((await decodeFixture('format.webp')).pixels.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test.each([
    ['text', bad.textNamedJpg, 'INVALID_IMAGE'],
    ['nothing', bad.emptyBody, 'INVALID_IMAGE'],
    ['a JPEG’s magic bytes before garbage', bad.garbageJpeg, 'INVALID_IMAGE'],
    ['a truncated JPEG', bad.truncatedJpeg, 'INVALID_IMAGE'],
    ['a PNG with a wrong checksum', bad.corruptPng, 'INVALID_IMAGE'],
    ['zero pixels wide', bad.zeroDimensionPng, 'INVALID_IMAGE'],
    ['4 × 4', bad.tinyJpeg, 'LOW_QUALITY'],
    ['1 × 30,000', bad.onePixelWidePng, 'INVALID_IMAGE'],
  ])('%s', async (_, make, code) => {
    await expect(decode(await make())).rejects.toMatchObject({ name: 'OcrError', code });
  });

  test.each([
    ['a header of 30,000 × 30,000 over one row', bad.hugeHeaderPng, { width: 30_000, height: 30_000 }],
    ['a decompression bomb', bad.decompressionBomb, { width: 12_000, height: 12_000 }],
  ])('%s is refused by its header', async (_, make, details) => {
    const bytes = make();
    await expect(inspectImage(bytes, LIMITS)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE', details });
  });

  test('data beyond the last row are not inflated into memory', async () => {
    const outcome = await decode(bad.overfullPng()).catch((error) => error.code);
    if (typeof outcome === 'string') expect(outcome).toBe('INVALID_IMAGE');
    else expect(outcome.pixels).toMatchObject({ width: 100, height: 100 });
  });

  test('limits apply to the stored size', async () => {
    const receipt = await readFile(fixturePath('receipt-1.jpg'));
    await expect(decode(receipt, { maxSide: 300 })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    await expect(decode(receipt, { maxPixels: 10_000 })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    await expect(decode(receipt, { minSide: 20_000 })).rejects.toMatchObject({ code: 'LOW_QUALITY' });
  });
});

describe('resizePixels', () => {
  const halves: RgbPixels = {
    data: Uint8Array.from({ length: 8 * 4 * 3 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 200 : 20)),
    width: 8,
    height: 4,
  };

  test('scales to exactly the size, aspect ratio or not', async () => {
    const data = await resizePixels(halves, 16, 20);
    expect(data).toHaveLength(16 * 20 * 3);
    const scaled = { data, width: 16, height: 20 };
    expect([pixelAt(scaled, 1, 10)[0], pixelAt(scaled, 14, 10)[0]]).toEqual([200, 20]);
  });

  test('of the same size are the pixels themselves', async () => {
    expect(await resizePixels(halves, 8, 4)).toBe(halves.data);
  });
});
