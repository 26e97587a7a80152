import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDocuments } from './documents.ts';
import { rowsOf } from './layout.ts';
import { findMachineReadable } from './mrz.ts';
import { sampleLines } from './sample-lines.ts';

const read = (...lines: string[]) => findMachineReadable(rowsOf(sampleLines(lines)));

/** The specimen of ICAO 9303. */
const NAME = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<';
const DATA = 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';

const WEIGHTS = [7, 3, 1];
function checkDigit(text: string): string {
  const value = (mark: string) => (mark === '<' ? 0 : mark >= 'A' ? mark.charCodeAt(0) - 55 : Number(mark));
  return String([...text].reduce((sum, mark, at) => sum + value(mark) * WEIGHTS[at % 3]!, 0) % 10);
}

interface Holder {
  surname: string;
  given: string;
  number: string;
  country: string;
  birth: string;
  expiry: string;
  sex: 'M' | 'F' | 'X';
}

const names = fc
  .array(fc.constantFrom(...'ABCDEFGHIJLMNOPQRSTUVWXYZ'), { minLength: 2, maxLength: 8 })
  .map((letters) => letters.join(''));
const day = (from: number, to: number) =>
  fc
    .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
    .map((parts) => {
      const [year, month, date] = parts.map((part) => String(part).padStart(2, '0'));
      return `${year}-${month}-${date}`;
    });
const holders: fc.Arbitrary<Holder> = fc.record({
  surname: names,
  given: fc.array(names, { minLength: 1, maxLength: 2 }).map((list) => list.join(' ')),
  number: fc
    .tuple(fc.constantFrom(...'ABCEHKMX'), fc.integer({ min: 1000000, max: 99999999 }))
    .map(([letter, digits]) => `${letter}${digits}`),
  country: fc.constantFrom('IND', 'NLD', 'FRA', 'GBR', 'USA', 'BGD', 'MYS', 'ESP'),
  birth: day(1940, 2019),
  expiry: day(2024, 2039),
  sex: fc.constantFrom('M', 'F', 'X'),
});

const short = (date: string) => date.slice(2).replace(/-/g, '');
const filled = (text: string, length: number) => text.replace(/ /g, '<').padEnd(length, '<').slice(0, length);

function formatPassport({ surname, given, number, country, birth, expiry, sex }: Holder): [string, string] {
  const [own, born, ends] = [filled(number, 9), short(birth), short(expiry)];
  const data = `${own}${checkDigit(own)}${country}${born}${checkDigit(born)}${sex === 'X' ? '<' : sex}${ends}${checkDigit(ends)}${'<'.repeat(14)}0`;
  const guarded = data.slice(0, 10) + data.slice(13, 20) + data.slice(21, 43);
  return [filled(`P<${country}${surname}<<${given}`, 44), data + checkDigit(guarded)];
}

function formatCard({ surname, given, number, country, birth, expiry, sex }: Holder): [string, string, string] {
  const [own, born, ends] = [filled(number, 9), short(birth), short(expiry)];
  const first = `I<${country}${own}${checkDigit(own)}${'<'.repeat(15)}`;
  const second = `${born}${checkDigit(born)}${sex === 'X' ? '<' : sex}${ends}${checkDigit(ends)}${country}${'<'.repeat(11)}`;
  const guarded = first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29);
  return [first, second + checkDigit(guarded), filled(`${surname}<<${given}`, 30)];
}

describe('machine-readable zones', () => {
  it('reads the specimen', () => {
    expect(read('PASSPORT', NAME, DATA)).toEqual({
      kind: 'passport',
      number: 'L898902C3',
      country: 'UTO',
      nationality: 'UTO',
      surname: 'ERIKSSON',
      given_names: 'ANNA MARIA',
      birth_date: '1974-08-12',
      expiry_date: '2012-04-15',
      sex: 'F',
      valid: true,
      mended: false,
      rows: [1, 2],
    });
  });

  it('gives back what was written into passports and cards', () => {
    fc.assert(
      fc.property(holders, (holder) => {
        const { surname, given, number, country, birth, expiry, sex } = holder;
        const told = {
          number,
          country,
          nationality: country,
          surname,
          given_names: given,
          birth_date: birth,
          expiry_date: expiry,
          sex,
        };
        expect(read(...formatPassport(holder))).toMatchObject({
          kind: 'passport',
          valid: true,
          mended: false,
          ...told,
        });
        expect(read(...formatCard(holder))).toMatchObject({
          kind: 'identity_card',
          valid: true,
          mended: false,
          ...told,
        });
      }),
    );
  });

  // A letter for a digit may pass, for the scheme counts by tens: B (11) weighs what 1 does.
  it('catches a wrong digit in every field that a check digit guards', () => {
    const guarded = [...Array(10).keys(), 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 43];
    fc.assert(
      fc.property(holders, fc.nat(), fc.integer({ min: 1, max: 9 }), (holder, at, by) => {
        const [name, data] = formatPassport(holder);
        const places = guarded.filter((place) => /\d/.test(data[place]!));
        const place = places[at % places.length]!;
        const wrong = data.slice(0, place) + ((Number(data[place]) + by) % 10) + data.slice(place + 1);
        const zone = read(name, wrong);
        // A month of 13 is caught as well, and may leave nothing to publish.
        expect(zone?.valid ?? false).toBe(false);
      }),
    );
  });

  it('mends letters and digits only where all check digits then hold', () => {
    expect(read(NAME, DATA.replace('7408122', '74O8I22'))).toMatchObject({
      valid: true,
      mended: true,
      birth_date: '1974-08-12',
    });
    expect(read(NAME, DATA.replace('L898902C3', 'L8989O2C3'))).toMatchObject({
      valid: true,
      mended: true,
      number: 'L898902C3',
    });
    expect(read(NAME, DATA.replace('7408122', '7408132'))).toMatchObject({ valid: false, mended: false });
  });

  it('makes good fillers that were lost, added or misread', () => {
    expect(read(NAME.slice(0, -4), DATA)).toMatchObject({ valid: true, surname: 'ERIKSSON' });
    expect(read(`${NAME}<<`, DATA.replace('B<<<<<1', 'B<<<1'))).toMatchObject({
      valid: true,
      given_names: 'ANNA MARIA',
    });
    expect(read(NAME.replace(/<{8}$/, '<KKKKKKK'), DATA)).toMatchObject({ valid: true, given_names: 'ANNA MARIA' });
  });

  it('takes no other text for a zone', () => {
    expect(
      read('P<ANYTHING<<THAT<LOOKS<LIKE<A<ZONE<<<<<<<<<<', 'BUT<HAS<NOT<ONE<CHECK<DIGIT<THAT<HOLDS<<<<<<'),
    ).toBeUndefined();
  });
});

describe('documents with a zone', () => {
  it('gives the passport once, with its lines, and asks for review when it fails', () => {
    const { documents, checks } = findDocuments(
      rowsOf(sampleLines(['PASSPORT', 'L898902C3', NAME, DATA.replace('7408122', '7408132')])),
    );
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({ kind: 'passport', valid: false, check: 'failed', lines: [2, 3] });
    expect(checks).toMatchObject([{ name: 'mrz_check_digits', passed: false }]);
    expect(checks[0]!.message).not.toContain('L898902C3');
  });
});
