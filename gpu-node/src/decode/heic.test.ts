import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixturePath, heicPath } from '../../../test/fixtures/truth.ts';
import { seededRandom } from '../geometry.fixture.ts';
import type { RgbPixels } from '../pixels.ts';
import { decodeImage } from './decode-image.ts';
import { decodeHeic, inspectHeic } from './heic.ts';
import { LIMITS } from './image-limits.fixture.ts';

const NAMES = ['format.heic', 'format-grid.heic'] as const;

/** Mean difference of two images in steps of 8-bit colour. */
function difference(a: RgbPixels, b: RgbPixels): number {
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
}

describe.each(NAMES)('%s', (name) => {
  let bytes: Buffer;
  beforeAll(async () => {
    bytes = await readFile(heicPath(name));
  });

  test('says its upright size without being decoded', async () => {
    expect(await inspectHeic(bytes, LIMITS)).toEqual({ width: 420, height: 180, frames: 1 });
  });

  test('is the same upright picture as in other formats', async () => {
    const reference = await decodeImage(await readFile(fixturePath('format.tiff')), LIMITS, 3200);
    const pixels = await decodeHeic(bytes, LIMITS);
    expect(pixels).toMatchObject({ width: 420, height: 180 });
    expect(difference(pixels, reference.pixels)).toBeLessThan(5);
  });

  test('is scaled and cut like any image', async () => {
    const pixels = await decodeHeic(bytes, LIMITS);
    const page = await decodeImage(pixels, LIMITS, 210);
    expect(page).toMatchObject({ originalWidth: 420, originalHeight: 180, pixels: { width: 210, height: 90 } });
  });

  test.each([
    ['maxPixels', 10_000, 'IMAGE_TOO_LARGE'],
    ['maxSide', 300, 'IMAGE_TOO_LARGE'],
    ['minSide', 200, 'LOW_QUALITY'],
    ['maxAspectRatio', 2, 'INVALID_IMAGE'],
  ])('is held to %s', async (limit, value, code) => {
    await expect(inspectHeic(bytes, { ...LIMITS, [limit]: value })).rejects.toMatchObject({ code });
    await expect(decodeHeic(bytes, { ...LIMITS, [limit]: value })).rejects.toMatchObject({ code });
  });

  test('cut off anywhere is INVALID_IMAGE', async () => {
    for (let length = 0; length < bytes.length - 1; length += 211) {
      await expect(decodeHeic(bytes.subarray(0, length), LIMITS)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    }
  });

  test('with damage anywhere is decoded, or refused by a code of ours', async () => {
    const random = seededRandom(4);
    const codes = new Set<string>();
    for (let i = 0; i < 80; i++) {
      const damaged = Buffer.from(bytes);
      for (let k = 0; k < 3; k++) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      const outcome = await decodeHeic(damaged, LIMITS).catch((error) => error);
      if (outcome instanceof Error) codes.add((outcome as Error & { code: string }).code);
      else expect(outcome.data).toHaveLength(outcome.width * outcome.height * 3);
    }
    expect(['INVALID_IMAGE', 'IMAGE_TOO_LARGE', 'LOW_QUALITY']).toEqual(expect.arrayContaining([...codes]));
    expect(codes).toContain('INVALID_IMAGE');
  });
});

test('a header that lies about its size is refused before anything is decoded', async () => {
  const bytes = await readFile(heicPath('format.heic'));
  // ispe: size, type, version and flags, then width and height.
  const ispe = bytes.indexOf('ispe', 0, 'latin1') + 8;
  bytes.writeUInt32BE(30_000, ispe);
  bytes.writeUInt32BE(30_000, ispe + 4);
  await expect(inspectHeic(bytes, LIMITS)).rejects.toMatchObject({ code: expect.stringMatching(/TOO_LARGE|INVALID/) });
});

test('a header that says less than is coded is INVALID_IMAGE', async () => {
  const bytes = await readFile(heicPath('format.heic'));
  const ispe = bytes.indexOf('ispe', 0, 'latin1') + 8;
  bytes.writeUInt32BE(20, ispe);
  bytes.writeUInt32BE(20, ispe + 4);
  await expect(decodeHeic(bytes, LIMITS)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
});
