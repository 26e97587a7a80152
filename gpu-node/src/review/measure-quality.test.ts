import { describe, expect, test } from 'vitest';
import type { RgbPixels } from '../pixels.ts';
import { measureQuality } from './measure-quality.ts';

/** Bars of 40 pixels of two shades, their edges blurred by a Gaussian of this deviation. */
function bars({ dark = 20, light = 240, blur = 0.3, noise = 0 } = {}): RgbPixels {
  const [width, height] = [400, 60];
  const data = new Uint8Array(3 * width * height);
  let seed = 1;
  for (let at = 0; at < data.length; at++) {
    const x = Math.floor(at / 3) % width;
    const edge = Math.round(x / 40);
    const risen = normalShare((x - 40 * edge) / blur);
    const share = edge % 2 === 0 ? risen : 1 - risen;
    seed = (seed * 16807) % 2147483647;
    data[at] = Math.round(dark + (light - dark) * share + noise * (seed / 2147483647 - 0.5));
  }
  return { data, width, height };
}

/** The normal distribution up to a value, by its logistic approximation. */
function normalShare(value: number): number {
  return 1 / (1 + Math.exp(-1.702 * value));
}

function plain(shade: number): RgbPixels {
  return { data: new Uint8Array(3 * 100 * 100).fill(shade), width: 100, height: 100 };
}

describe('measureQuality', () => {
  test.each([1, 2, 4])('finds a blur of %d pixels', (blur) => {
    const found = measureQuality(bars({ blur })).blur!;
    expect(found).toBeGreaterThan(0.75 * blur);
    expect(found).toBeLessThan(1.25 * blur + 0.1);
  });

  test('blur is the same on a dim photo, and under a little noise', () => {
    expect(measureQuality(bars({ blur: 2, dark: 5, light: 60 })).blur).toBeCloseTo(2, 0);
    expect(measureQuality(bars({ blur: 1, noise: 8 })).blur).toBeLessThan(1.5);
  });

  test('tells light from dark, and contrast', () => {
    expect(measureQuality(bars())).toMatchObject({ light: 240, contrast: 220 });
    expect(measureQuality(bars({ dark: 5, light: 40 }))).toMatchObject({ light: 40, contrast: 35 });
  });

  test.each([0, 255])('one shade (%d) has neither contrast nor edges', (shade) => {
    expect(measureQuality(plain(shade))).toEqual({ light: shade, contrast: 0, blur: null });
  });

  test('takes a single pixel', () => {
    expect(measureQuality({ data: new Uint8Array([1, 2, 3]), width: 1, height: 1 }).blur).toBeNull();
  });
});
