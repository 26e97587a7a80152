import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDates } from './dates.ts';
import { monthNamed } from './months.ts';

const LANGUAGES = ['en', 'ms', 'id', 'de', 'fr', 'nl', 'es', 'it', 'pt', 'sv', 'da', 'nb', 'pl', 'bn', 'hi'];
const SCRIPTS = ['latn', 'beng', 'deva', 'arab', 'arabext', 'fullwide'];

const days = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2068-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())));
const iso = (date: Date) => date.toISOString().slice(0, 10);
const part = (date: Date, locale: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(date);
const values = (text: string, options = {}) => findDates(text, options).map(({ value }) => value);

describe.each(SCRIPTS)('dates in %s digits', (script) => {
  const digits = (number: number, width: number) =>
    new Intl.NumberFormat(`en-u-nu-${script}`, { minimumIntegerDigits: width, useGrouping: false }).format(number);
  const parts = (date: Date, width: number) => [
    digits(date.getUTCDate(), width),
    digits(date.getUTCMonth() + 1, width),
    digits(date.getUTCFullYear(), 4),
  ];

  it.each(['/', '-', '.'])('parses what is written with %s in every order', (mark) => {
    fc.assert(
      fc.property(days, fc.constantFrom(1, 2), (date, width) => {
        const [day, month, year] = parts(date, width) as [string, string, string];
        expect(values([day, month, year].join(mark))).toEqual([iso(date)]);
        expect(values([month, day, year].join(mark), { order: 'month-first' })).toEqual([iso(date)]);
        expect(values([year, month, day].join(mark))).toEqual([iso(date)]);
      }),
    );
  });

  it('parses years of two digits', () => {
    fc.assert(
      fc.property(days, (date) => {
        const [day, month] = parts(date, 2) as [string, string];
        expect(values([day, month, digits(date.getUTCFullYear() % 100, 2)].join('/'))).toEqual([iso(date)]);
      }),
    );
  });
});

describe.each(LANGUAGES)('dates with the month names of %s', (language) => {
  it.each(['long', 'short'] as const)('parses the %s names in every order', (width) => {
    fc.assert(
      fc.property(days, (date) => {
        const [day, year] = [date.getUTCDate(), date.getUTCFullYear()];
        // The name as it stands beside a day, which Polish writes otherwise than alone.
        const written = new Intl.DateTimeFormat(language, { day: 'numeric', month: width, timeZone: 'UTC' });
        const month = written.formatToParts(date).find(({ type }) => type === 'month')!.value;
        expect(values(`${day} ${month} ${year}`)).toEqual([iso(date)]);
        expect(values(`${day}-${month}-${year}`)).toEqual([iso(date)]);
        expect(values(`${month} ${day}, ${year}`)).toEqual([iso(date)]);
        expect(values(`${year} ${month} ${day}`)).toEqual([iso(date)]);
      }),
    );
  });

  it('parses a whole date as the language writes it', () => {
    fc.assert(
      fc.property(days, (date) => {
        const text = part(date, `${language}-u-ca-gregory`, { dateStyle: 'long' });
        expect(values(text)).toEqual([iso(date)]);
      }),
    );
  });
});

describe('ambiguity', () => {
  it('is told with the other reading exactly where day and month can change places', () => {
    fc.assert(
      fc.property(days, (date) => {
        const [day, month, year] = [date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCFullYear()];
        const [hit] = findDates(`${day}/${month}/${year}`);
        expect(hit!.ambiguous).toBe(day <= 12 && day !== month);
        expect(hit!.shows).toBe(day > 12 ? 'day-first' : undefined);
        const pad = (number: number) => String(number).padStart(2, '0');
        expect(hit!.alternative).toBe(hit!.ambiguous ? `${year}-${pad(day)}-${pad(month)}` : undefined);
      }),
    );
  });
});

describe('hostile text', () => {
  it('never throws, and every date is one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (text, all) => {
        for (const { value } of findDates(text, { labelled: all, monthOnly: all })) {
          expect(new Date(`${value}T00:00:00Z`).toISOString().slice(0, 10)).toBe(value);
        }
      }),
    );
  });

  it('names no month by a word that only begins like one', () => {
    for (const word of ['MARKET', 'DECOR', 'MAYBANK', 'JANITOR', 'JUI', 'SEPARATE', 'OCTOPUS', 'AP', '']) {
      expect(monthNamed(word)).toBeUndefined();
    }
  });
});
