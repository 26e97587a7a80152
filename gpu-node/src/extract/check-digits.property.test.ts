/** Every single wrong digit must be caught where the scheme promises it. Known gaps are left out and named. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';
import { gstinHolds, vatHolds } from './national-numbers.ts';
import { sampleLines } from './sample-lines.ts';
import { verhoeffHolds } from './verhoeff.ts';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));

/** Another digit at one place of a number that has a digit there. */
function mutate(number: string, at: number, by: number): string {
  const places = [...number].flatMap((mark, place) => (/\d/.test(mark) ? [place] : []));
  const place = places[at % places.length]!;
  return number.slice(0, place) + ((Number(number[place]) + by) % 10) + number.slice(place + 1);
}

/** ISO 13616: the letters as numbers, the country and two zeros behind, and what is left of 98 after the rest by 97. */
function iban(country: string, account: string): string {
  const numeric = [...`${account}${country}00`].map((mark) => Number.parseInt(mark, 36)).join('');
  return `${country}${String(98n - (BigInt(numeric) % 97n)).padStart(2, '0')}${account}`;
}

const place = fc.nat(40);
const step = fc.integer({ min: 1, max: 9 });

describe('one wrong digit', () => {
  it('of an Aadhaar number is caught', () => {
    fc.assert(
      fc.property(digits(11), place, step, (body, at, by) => {
        const number = `${body}${[...'0123456789'].find((digit) => verhoeffHolds(body + digit))}`;
        expect(verhoeffHolds(number)).toBe(true);
        expect(verhoeffHolds(mutate(number, at, by))).toBe(false);
      }),
    );
  });

  it('of an IBAN is caught in the field', () => {
    const ibans = fc.oneof(
      digits(18).map((account) => iban('DE', account)),
      digits(10).map((account) => iban('NL', `INGB${account}`)),
    );
    const read = (number: string) => extractFields('invoice', sampleLines([`IBAN: ${number}`]), []).fields.iban?.check;
    fc.assert(
      fc.property(ibans, place, step, (number, at, by) => {
        expect(read(number)).toBe('passed');
        expect(read(mutate(number, at, by))).not.toBe('passed');
      }),
    );
  });

  it('of a GSTIN is caught', () => {
    const letters = (length: number) =>
      fc
        .array(fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), { minLength: length, maxLength: length })
        .map((list) => list.join(''));
    const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const body = fc
      .tuple(
        fc.integer({ min: 1, max: 35 }),
        letters(3),
        fc.constantFrom(...'CPHFATBLJG'),
        letters(1),
        digits(4),
        letters(1),
      )
      .map(
        ([state, a, holder, b, number, last]) => `${String(state).padStart(2, '0')}${a}${holder}${b}${number}${last}1Z`,
      );
    fc.assert(
      fc.property(body, place, step, (front, at, by) => {
        const gstin = [...CHARACTERS].map((check) => front + check).find(gstinHolds);
        fc.pre(gstin !== undefined);
        expect(gstinHolds(mutate(gstin!, at, by))).toBe(false);
      }),
    );
  });

  // Numbers of public registers. Left out: NL, whose two last digits nothing checks; GB, which has two schemes side by
  // side; CZ and BG, where persons and companies have different ones; RO, whose numbers have any length.
  it.each([
    ['DE', '232446240'],
    ['FR', '40303265045'],
    ['IT', '00743110157'],
    ['ES', 'B58378431'],
    ['AT', 'U13585627'],
    ['BE', '0403170701'],
    ['PL', '8567346215'],
    ['PT', '501964843'],
    ['IE', '6433435F'],
    ['LU', '15027442'],
    ['SE', '556188840401'],
    ['DK', '13585628'],
    ['FI', '20774740'],
    ['SK', '2022749619'],
    ['SI', '50223054'],
    ['HU', '12892312'],
    ['HR', '33392005961'],
    ['EE', '100931558'],
    ['LV', '40003521600'],
    ['LT', '119511515'],
    ['MT', '11679112'],
    ['EL', '094259216'],
    ['CHE', '100155212'],
  ])('of a VAT number of %s is caught', (prefix, number) => {
    expect(vatHolds(prefix, number)).toBe(true);
    for (let at = 0; at < number.length; at++) {
      for (let by = 1; by < 10; by++) {
        const wrong = mutate(number, at, by);
        if (wrong !== number) expect(vatHolds(prefix, wrong), wrong).toBe(false);
      }
    }
  });

  it('of the nine digits of a Dutch VAT number is caught', () => {
    const number = '810433941B01';
    expect(vatHolds('NL', number)).toBe(true);
    for (let at = 0; at < 9; at++)
      for (let by = 1; by < 10; by++) expect(vatHolds('NL', mutate(number, at, by))).toBe(false);
  });

  it('of any German VAT number is caught', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000_000, max: 99_999_999 }), place, step, (body, at, by) => {
        const number = [...'0123456789'].map((check) => body + check).find((own) => vatHolds('DE', own));
        expect(number).toBeDefined();
        expect(vatHolds('DE', mutate(number!, at, by))).toBe(false);
      }),
    );
  });
});
