import { describe, expect, it } from 'vitest';
import { IMAGE_FORMATS, MEDIA_TYPES, SUPPORTED_FORMATS, sniffImageFormat } from './image-format.ts';

/** A file's first bytes: text as Latin-1, numbers as they are, then zeros. */
function head(...parts: readonly (string | number)[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    typeof part === 'number' ? [part] : Array.from(part, (character) => character.charCodeAt(0)),
  );
  return Uint8Array.from({ length: Math.max(16, bytes.length) }, (_, i) => bytes[i] ?? 0);
}

/** An ISO BMFF file: size, ftyp, major brand, version, compatible brands. */
const ftyp = (major: string, ...compatible: string[]) =>
  head(0, 0, 0, 16 + 4 * compatible.length, 'ftyp', major, 0, 0, 0, 0, ...compatible);

describe('a format told by the first bytes', () => {
  it.each([
    ['jpeg', head(0xff, 0xd8, 0xff, 0xe0)],
    ['jpeg', head(0xff, 0xd8, 0xff, 0xe1, 0, 0, 'Exif')],
    ['png', head(0x89, 'PNG\r\n', 0x1a, '\n')],
    ['webp', head('RIFF', 1, 2, 3, 4, 'WEBP')],
    ['tiff', head('II', 0x2a, 0)],
    ['tiff', head('MM', 0, 0x2a)],
    ['tiff', head('II', 0x2b, 0)],
    ['tiff', head('MM', 0, 0x2b)],
    ['gif', head('GIF87a')],
    ['gif', head('GIF89a')],
    ['pdf', head('%PDF-1.7')],
    ['pdf', head('\r\n\r\nmail before it', '%PDF-1.4')],
    ['pdf', head('x'.repeat(1019), '%PDF-')],
    ['avif', ftyp('avif')],
    ['avif', ftyp('mif1', 'mif1', 'avif', 'miaf')],
    ['heic', ftyp('heic', 'mif1', 'heic')],
    ['heic', ftyp('mif1', 'heic')],
    ['heic', ftyp('heic', 'mif1', 'MiHB', 'MiHA', 'heix', 'MiHE', 'miaf', 'tmap')],
    ...['heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'msf1'].map((brand): [string, Uint8Array] => [
      'heic',
      ftyp(brand),
    ]),
    ['avif', ftyp('avis', 'msf1', 'avis')],
    ['avif', ftyp('msf1', 'avis')],
  ])('is %s', (format, bytes) => {
    expect(sniffImageFormat(bytes)).toBe(format);
  });

  it.each([
    ['text', head('This is a shopping list')],
    ['nothing', new Uint8Array(0)],
    ['a JPEG of three bytes', Uint8Array.of(0xff, 0xd8, 0xff)],
    ['RIFF that is sound', head('RIFF', 1, 2, 3, 4, 'WAVE')],
    ['an MP4', ftyp('isom', 'isom', 'mp42')],
    ['half a PNG signature', head(0x89, 'PNG\n')],
    ['a PDF that begins late', head('x'.repeat(1020), '%PDF-1.7')],
    ['SVG', head('<svg xmlns="http')],
  ])('is none for %s', (_, bytes) => {
    expect(sniffImageFormat(bytes)).toBeNull();
  });

  it('is not looked for beyond the brands that a file may list first', () => {
    expect(sniffImageFormat(ftyp('isom', ...Array(10).fill('isom'), 'avif'))).toBeNull();
  });
});

it('every format has a media type, and what is supported is known', () => {
  expect(Object.keys(MEDIA_TYPES)).toEqual([...IMAGE_FORMATS]);
  expect(IMAGE_FORMATS).toEqual(expect.arrayContaining([...SUPPORTED_FORMATS]));
});
