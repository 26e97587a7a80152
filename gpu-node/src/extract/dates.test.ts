import { describe, expect, it } from 'vitest';
import { findDates } from './dates.ts';
import { findExpiry } from './expiry.ts';
import { rowsOf } from './layout.ts';
import { sampleLines } from './sample-lines.ts';
import { findTimes } from './times.ts';

const values = (text: string, options = {}) => findDates(text, options).map(({ value }) => value);

describe('findDates', () => {
  it.each([
    ['25/12/2018', '2018-12-25'],
    ['25-12-18', '2018-12-25'],
    ['25.12.2018', '2018-12-25'],
    ['2018-12-25T10:00', '2018-12-25'],
    ['2018/12/25', '2018-12-25'],
    ['25 Dec 2018', '2018-12-25'],
    ['25-DEC-18', '2018-12-25'],
    ['25DEC2018', '2018-12-25'],
    ['DEC 25, 2018', '2018-12-25'],
    ['DEC252018', '2018-12-25'],
    ['December 5, 2018', '2018-12-05'],
    ['5th March 2019', '2019-03-05'],
    ['25/12/201812:30:45', '2018-12-25'],
    ['25/12/1812:30:45', '2018-12-25'],
    ['25/12/2012:30', '2020-12-25'],
    ['DATE:25/12/18', '2018-12-25'],
    ['6/2/2017', '2017-02-06'],
    ['12/25/2018', '2018-12-25'],
    ['২৫/১২/২০১৮', '2018-12-25'],
    ['25 OGOS 2018', '2018-08-25'],
    ['01/01/99', '1999-01-01'],
  ])('%s', (text, expected) => expect(values(text)).toEqual([expected]));

  it.each([
    '31/02/2018',
    '00/12/2018',
    '13/13/2018',
    '03-8263254',
    '012-345 6789',
    '1851-A',
    '(123456-X)',
    '10.20',
    '7/4',
    '',
    '/',
  ])('no date in %s', (text) => expect(values(text)).toEqual([]));

  it('reads the day first where both orders fit, unless told', () => {
    expect(findDates('03/04/2018')).toMatchObject([{ value: '2018-04-03', ambiguous: true }]);
    expect(findDates('03/04/2018', { order: 'month-first' })).toMatchObject([{ value: '2018-03-04' }]);
    expect(findDates('25/04/2018', { order: 'month-first' })).toMatchObject([
      { value: '2018-04-25', ambiguous: false },
    ]);
  });

  it('mends letters inside a date and says so', () => {
    expect(findDates('2S/I2/2O18')).toMatchObject([{ value: '2018-12-25', mended: true }]);
    expect(findDates('SO/LD/BY')).toEqual([]);
  });

  it('reads compact dates and months only when asked', () => {
    expect(values('20181225')).toEqual([]);
    expect(values('20181225', { labelled: true })).toEqual(['2018-12-25']);
    expect(values('02/2024')).toEqual([]);
    expect(values('02/2024', { monthOnly: true })).toEqual(['2024-02-29']);
    expect(values('FEB 2023', { monthOnly: true })).toEqual(['2023-02-28']);
  });
});

describe('findTimes', () => {
  it.each([
    ['5:41:06 PM', '17:41:06'],
    ['12:05 AM', '00:05'],
    ['13:14:15 PM', '13:14:15'],
    ['11 : 23', '11:23'],
    ['06/01/201812:17', '12:17'],
    ['9.30pm', '21:30'],
  ])('%s', (text, expected) => expect(findTimes(text).map(({ value }) => value)).toEqual([expected]));
});

describe('findExpiry', () => {
  const expiry = (...rows: string[]) => findExpiry(rowsOf(sampleLines(rows)), 'day-first')?.value;

  it('tells expiry from manufacture, in one row or two', () => {
    expect(expiry('MFG 01/02/2024 EXP 31/01/2026')).toBe('2026-01-31');
    expect(expiry('EXP: 31/01/2026', 'MFD: 01/02/2024')).toBe('2026-01-31');
    expect(expiry('BEST BEFORE', '12 MAR 2027')).toBe('2027-03-12');
    expect(expiry('USE BY 05.06.25')).toBe('2025-06-05');
    expect(expiry('BB 09/26')).toBe('2026-09-30');
  });

  it('takes the later of two dates without marks, and none that is marked as manufacture', () => {
    expect(expiry('01/02/2024', '31/01/2026')).toBe('2026-01-31');
    expect(expiry('MFG 01/02/2024')).toBeUndefined();
  });
});
