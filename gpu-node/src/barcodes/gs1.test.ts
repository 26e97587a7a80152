import { checkDigit } from '@edge-ocr/shared/gtin';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDigitalLink } from './digital-link.ts';
import { formatBracketed, parseBracketed, parseElementString } from './gs1.ts';
import { gs1Content, gs1Date } from './gs1-content.ts';
import { identifier } from './gs1-identifiers.ts';

const GS = '\x1d';
const pairs = (elements: ReturnType<typeof parseBracketed>) => elements?.map(({ ai, value }) => [ai, value]) ?? null;

/** As an encoder writes it: separators only where no length says where the value ends. */
function encode(elements: readonly (readonly [string, string])[]): string {
  return elements
    .map(([ai, value], i) => {
      const isOpen = !identifier(ai)!.predefined && i < elements.length - 1;
      return ai + value + (isOpen ? GS : '');
    })
    .join('');
}

const digits = (min: number, max = min) => fc.stringMatching(new RegExp(`^\\d{${min},${max}}$`));
const text = (max: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9.,/+-]{1,${max}}$`));
const checked = (length: number) => digits(length - 1).map((body) => body + checkDigit(body));
const element = fc.oneof(
  fc.tuple(fc.constantFrom('01', '02'), checked(14)),
  fc.tuple(fc.constant('00'), checked(18)),
  fc.tuple(fc.constantFrom('11', '15', '17', '3103', '3922', '8005'), digits(6)),
  fc.tuple(fc.constantFrom('10', '21', '240', '8008', '8200', '91'), text(12)),
  fc.tuple(fc.constantFrom('30', '37', '3932', '423'), digits(4, 8)),
);

describe('element strings', () => {
  test('are parted by length and separator', () => {
    expect(pairs(parseElementString(`010952123454321310ABC${GS}1726123121X`))).toEqual([
      ['01', '09521234543213'],
      ['10', 'ABC'],
      ['17', '261231'],
      ['21', 'X'],
    ]);
  });

  test('are what they were built from', () => {
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 8 }), (elements) => {
        expect(pairs(parseElementString(encode(elements)))).toEqual(elements);
        expect(pairs(parseBracketed(formatBracketed(parseElementString(encode(elements))!)))).toEqual(elements);
      }),
    );
  });

  test('say which check digits do not hold', () => {
    expect(parseElementString('0109521234543214')).toMatchObject([{ check_digit: 'invalid' }]);
    expect(parseBracketed('(00)106141412345678908')).toMatchObject([{ title: 'SSCC', check_digit: 'valid' }]);
    fc.assert(
      fc.property(checked(18), fc.nat(17), fc.integer({ min: 1, max: 9 }), (sscc, at, step) => {
        const wrong = sscc.slice(0, at) + ((Number(sscc[at]) + step) % 10) + sscc.slice(at + 1);
        expect(parseElementString(`00${wrong}`)).toMatchObject([{ check_digit: 'invalid' }]);
      }),
    );
  });

  test('keep a value that breaks a rule, and say so', () => {
    expect(parseElementString('3922123456789012345678')).toMatchObject([{ ai: '3922', malformed: true }]);
    expect(parseBracketed('(10)')).toMatchObject([{ malformed: true }]);
  });

  test.each(['', 'hello', '168901', '05123', '(ab)', '(99', '01', '(01'])('%j is none', (data) => {
    expect(parseElementString(data)).toBeNull();
    expect(parseBracketed(data)).toBeNull();
  });

  test('may hold parentheses', () => {
    expect(pairs(parseBracketed('(10)A(3)B(21)7'))).toEqual([
      ['10', 'A(3)B'],
      ['21', '7'],
    ]);
  });

  test('never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'()0123%:/?=&.', GS) })), (data) => {
        for (const elements of [parseElementString(data), parseBracketed(data), parseDigitalLink(data)]) {
          if (elements !== null) gs1Content(elements);
        }
        parseDigitalLink(`https://id.gs1.org/01/${data}?${data}`);
      }),
    );
    for (const hostile of ['(01)'.repeat(20_000), '('.repeat(50_000), '10'.repeat(25_000), `${GS}`.repeat(5000)]) {
      expect(() => [parseElementString(hostile), parseBracketed(hostile)]).not.toThrow();
    }
  });
});

describe('content', () => {
  const content = (bracketed: string) => {
    const { elements: _, ...typed } = gs1Content(parseBracketed(bracketed)!, 2026);
    return typed;
  };

  test('names what a shop asks for', () => {
    expect(content('(01)09521234543213(17)270228(15)270100(11)260105(10)L7(21)S9')).toEqual({
      gtin: '09521234543213',
      expiry_date: '2027-02-28',
      best_before: '2027-01-31',
      production_date: '2026-01-05',
      lot: 'L7',
      serial: 'S9',
    });
    expect(content('(00)106141412345678908(02)09521234543213(37)24')).toEqual({
      sscc: '106141412345678908',
      content_gtin: '09521234543213',
      count: 24,
    });
  });

  test.each([
    ['(3103)001250', { net_weight: { value: 1.25, unit: 'kg' } }],
    ['(3202)000175', { net_weight: { value: 1.75, unit: 'lb' } }],
    ['(3301)000400', { gross_weight: { value: 40, unit: 'kg' } }],
    ['(3153)000750', { net_volume: { value: 0.75, unit: 'l' } }],
    ['(3922)1995', { price: { value: 19.95 } }],
    ['(3932)9781995', { price: { value: 19.95, currency: 'EUR' } }],
    ['(3910)392500', { amount: { value: 500, currency: 'JPY' } }],
    ['(3932)0001995', { price: { value: 19.95, currency: '000' } }],
    ['(01)09521234543214', {}],
    ['(17)261331', {}],
  ])('%s', (bracketed, expected) => {
    expect(content(bracketed)).toEqual(expected);
  });

  test.each([
    ['261231', 2026, '2026-12-31'],
    ['280200', 2026, '2028-02-29'],
    ['760101', 2026, '2076-01-01'],
    ['770101', 2026, '1977-01-01'],
    ['490101', 2099, '2149-01-01'],
    ['010101', 2099, '2101-01-01'],
    ['260230', 2026, null],
    ['260001', 2026, null],
    ['2612', 2026, null],
  ])('%s in %i is %s', (date, year, expected) => {
    expect(gs1Date(date, year)).toBe(expected);
  });
});

describe('digital links', () => {
  test.each([
    ['https://id.gs1.org/01/09521234543213', [['01', '09521234543213']]],
    [
      'https://id.gs1.org/01/09521234543213/10/A%2F7?17=261231&linkType=all',
      [
        ['01', '09521234543213'],
        ['10', 'A/7'],
        ['17', '261231'],
      ],
    ],
    [
      'https://shop.example/p/01/9521234543213?3103=000195',
      [
        ['01', '09521234543213'],
        ['3103', '000195'],
      ],
    ],
    ['http://ID.GS1.org/00/106141412345678908', [['00', '106141412345678908']]],
    ['https://id.gs1.org/8004/9521234A', [['8004', '9521234A']]],
  ])('%s', (link, expected) => {
    expect(pairs(parseDigitalLink(link))).toEqual(expected);
  });

  test.each([
    'https://shop.example/blog/01/2024',
    'https://shop.example/01/09521234543214',
    'https://shop.example/8004/AB',
    'https://id.gs1.org/01/09521234543213/11/261231',
    'https://example.com/',
    'ftp://id.gs1.org/01/09521234543213',
    'https://id.gs1.org/01/%E0%A4%A',
  ])('%s is none', (link) => {
    expect(parseDigitalLink(link)).toBeNull();
  });
});
