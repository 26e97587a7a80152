import bwip from 'bwip-js/node';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBarRegions } from './bar-regions.ts';
import { readBlurredEan } from './blurred-ean.ts';
import { bestCodes } from './ean-evidence.ts';
import type { Luminance } from './luminance.ts';

const CLOCK = { isOver: false };
const [WIDTH, HEIGHT] = [320, 200];

interface Look {
  /** Pixels a module, and of the Gaussian in front. */
  readonly module?: number;
  readonly sigma?: number;
  /** Radians; π stands on its head. */
  readonly turn?: number;
  /** Share of the module's width that is gained from one end to the other, as on a can. */
  readonly bend?: number;
}

/** Soft bars on uneven light with grain, as a phone sees them too near. */
function photo(
  symbology: string,
  text: string,
  { module = 1.9, sigma = 1.3, turn = 0, bend = 0 }: Look = {},
): Luminance {
  const [symbol] = bwip.raw(symbology, text, {}) as unknown as [{ sbs: number[] }];
  const bars = symbol.sbs.flatMap((size, i) => new Array<boolean>(size).fill(i % 2 === 0));
  const dark = (at: number) => {
    const m = at / module + bars.length / 2;
    return bars[Math.floor(m + bend * (m - bars.length / 2) * (m / bars.length - 0.5))] ?? false;
  };
  const soft = (at: number) => {
    let [sum, weights] = [0, 0];
    for (let d = -4; d <= 4; d += 0.25) {
      const weight = Math.exp(-(d * d) / (2 * sigma * sigma));
      sum += dark(at + d) ? weight : 0;
      weights += weight;
    }
    return sum / weights;
  };
  let state = 7;
  const grain = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [x, y] = [(i % WIDTH) - WIDTH / 2, Math.floor(i / WIDTH) - HEIGHT / 2];
    const [across, along] = [x * Math.cos(turn) + y * Math.sin(turn), y * Math.cos(turn) - x * Math.sin(turn)];
    const bar = Math.abs(along) < 50 ? soft(across) : 0;
    return 120 + 0.2 * x + (0.3 * y) / 2 + 50 - 100 * bar + 8 * grain();
  });
  return { data, width: WIDTH, height: HEIGHT };
}

const values = (image: Luminance, clock = CLOCK) =>
  readBlurredEan(image, clock).map(({ type, value }) => [type, value]);

describe('readBlurredEan', () => {
  test.each<[string, Look]>([
    ['straight', {}],
    ['softer', { sigma: 1.7 }],
    ['turned', { turn: 0.2 }],
    ['on its side', { turn: Math.PI / 2, module: 1.6, sigma: 1 }],
    ['on its head', { turn: Math.PI }],
    ['bent', { bend: 0.1 }],
  ])('reads a code that is %s', (_, look) => {
    expect(values(photo('ean13', '4006381333931', look))).toEqual([['EAN13', '4006381333931']]);
  });

  test('tells a UPC-A', () => {
    expect(values(photo('upca', '036000291452'))).toEqual([['UPCA', '036000291452']]);
  });

  test('says where it stands, beginning at the symbol’s own top left', () => {
    const [upright] = readBlurredEan(photo('ean13', '4006381333931'), CLOCK);
    const [[left, top], [right], [, bottom]] = upright!.corners;
    expect(Math.abs(left - (WIDTH - 95 * 1.9) / 2)).toBeLessThan(8);
    expect(Math.abs(right - (WIDTH + 95 * 1.9) / 2)).toBeLessThan(8);
    expect(top).toBeGreaterThan(40);
    expect(bottom).toBeLessThan(160);
    const [inverted] = readBlurredEan(photo('ean13', '4006381333931', { turn: Math.PI }), CLOCK);
    expect(inverted!.corners[0][0]).toBeGreaterThan(inverted!.corners[1][0]);
  });

  test.each([
    ['code128', 'FW72744190X'],
    ['code39', 'LOT 22'],
    ['interleaved2of5', '15400141288763'],
    ['ean8', '96385074'],
  ])('sees no EAN in %s', (symbology, text) => {
    expect(values(photo(symbology, text, { module: 1.4, sigma: 1 }))).toEqual([]);
  });

  test('gives up where digits cannot be told apart, and when the time is over', () => {
    expect(values(photo('ean13', '4006381333931', { sigma: 4 }))).toEqual([]);
    expect(values(photo('ean13', '4006381333931'), { isOver: true })).toEqual([]);
  });

  test.each([
    [0, 0],
    [1, 1],
    [3, 900],
    [900, 9],
  ])('survives %i × %i', (width, height) => {
    expect(readBlurredEan({ data: new Uint8Array(width * height).fill(9), width, height }, CLOCK)).toEqual([]);
  });
});

test('findBarRegions finds bars by their direction, and none in flat paper', () => {
  const [region] = findBarRegions(photo('ean13', '4006381333931', { turn: 0.3 }));
  expect(Math.abs(region!.angle - 0.3)).toBeLessThan(0.1);
  expect(Math.hypot(region!.centre[0] - WIDTH / 2, region!.centre[1] - HEIGHT / 2)).toBeLessThan(20);
  expect(findBarRegions({ data: new Uint8Array(10_000).fill(200), width: 100, height: 100 })).toEqual([]);
});

test('bestCodes keeps to check digits and parities, the likeliest first', () => {
  const score = fc.double({ min: -1, max: 1, noNaN: true });
  const column = (patterns: number) => fc.array(score, { minLength: patterns, maxLength: patterns });
  const half = (patterns: number) => fc.array(column(patterns), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(half(20), half(10), (left, right) => {
      const [first, second] = bestCodes(left, right);
      expect(first!.score).toBeGreaterThanOrEqual(second!.score);
      expect(first!.code).not.toBe(second!.code);
      const sum = [...first!.code].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0);
      expect(sum % 10).toBe(0);
    }),
    { numRuns: 50 },
  );
});
