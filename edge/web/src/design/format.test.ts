import { expect, test } from 'vitest';
import { bytesText, dateText, durationText, millisecondsText, moneyText, percentText, timeText } from './format.ts';

test('sizes, shares and times have the unit that suits them', () => {
  expect([0, 999, 1500, 2_450_000].map(bytesText)).toEqual(['0 B', '999 B', '2 KB', '2.5 MB']);
  expect([null, 0, 0.914, 0.998, 0.9999, 1].map(percentText)).toEqual([
    '–',
    '0 %',
    '91 %',
    '99.8 %',
    '99.9 %',
    '100 %',
  ]);
  expect([0.4, 999, 1234, 12_345].map(millisecondsText)).toEqual(['0 ms', '999 ms', '1.23 s', '12.3 s']);
  expect([59, 61, 3720, 90_000].map(durationText)).toEqual(['59 s', '1 min', '1 h 2 min', '1 d 1 h']);
});

test('a currency that is no code is shown as it was read', () => {
  expect(moneyText(29.75, 'GBP', 'en')).toBe('£29.75');
  expect(moneyText(29.7, 'R M', 'en')).toBe('R M 29.70');
  expect(moneyText(1000, undefined, 'en')).toBe('1,000.00');
});

test('a date is its day in every time zone, and what is no date is left as it is', () => {
  expect(dateText('2026-11-01', 'en-GB')).toBe('1 Nov 2026');
  expect(dateText('soon', 'en-GB')).toBe('soon');
});

test('a time of today is an hour, of this year a day', () => {
  const now = new Date(2026, 10, 22, 18, 0);
  const at = (...parts: [number, number, number, number]) => new Date(...parts).toISOString();
  expect(timeText(at(2026, 10, 22, 11), now, 'en-GB')).toBe('11:00');
  expect(timeText(at(2026, 0, 2, 9), now, 'en-GB')).toBe('2 Jan');
  expect(timeText(at(2025, 0, 2, 9), now, 'en-GB')).toBe('2 Jan 2025');
  expect(timeText('never', now)).toBe('');
});
