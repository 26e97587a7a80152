import { describe, expect, test } from 'vitest';
import { bengaliShare, mendMixedDigits, normaliseBengali } from './bengali.ts';
import { withTakaSigns } from './taka-words.ts';

describe('normaliseBengali', () => {
  test.each([
    ['a letter with its dot, however it was spelled', '\u09dc\u09dd\u09df', '\u09a1\u09bc\u09a2\u09bc\u09af\u09bc'],
    ['a vowel in two parts', '\u0995\u09c7\u09be', '\u0995\u09cb'],
    ['joiners and marks that are not seen', 'ক\u200c্\u200dষ\u200b\ufeff', 'ক্ষ'],
    ['the old spelling of ৎ', 'উত্\u200cপাদন', 'উৎপাদন'],
    ['digits stay Bengali', '৳১২৩.৫০', '৳১২৩.৫০'],
  ])('%s', (_, given, expected) => {
    expect(normaliseBengali(given)).toBe(expected);
    expect(normaliseBengali(expected)).toBe(expected);
  });
});

test.each([
  ['8৪৫১০.০০', '৪৫১০.০০'],
  ['8৮.০০', '৪৮.০০'],
  ['৳১০০.0০', '৳১০০.০০'],
  ['৫8', '৫৪'],
  ['1205', '1205'],
  ['৫3', '৫3'],
])('mendMixedDigits makes %s %s', (read, mended) => {
  expect(mendMixedDigits(read)).toBe(mended);
});

test('bengaliShare counts letters and digits alone', () => {
  expect(bengaliShare('মূল্য ১২৩.৫০')).toBe(1);
  expect(bengaliShare('Price 12')).toBe(0);
  expect(bengaliShare('ওজন AB')).toBeCloseTo(0.6);
  expect(bengaliShare(' .,- ')).toBe(0);
});

describe('withTakaSigns', () => {
  const word = (text: string, x0: number, x1: number) => ({ text, x0, x1, confidence: 0.9 });
  const words = [word('মূল্য', 0, 60), word('৪৩০.০০', 90, 150)];
  const texts = (sign: Parameters<typeof withTakaSigns>[1][number]) =>
    withTakaSigns(words, [sign]).map(({ text }) => text);

  test('the sign goes before the amount that follows it, as it was printed', () => {
    expect(texts({ x0: 70, x1: 86, touchesNext: true })).toEqual(['মূল্য', '৳৪৩০.০০']);
    expect(texts({ x0: 70, x1: 86, touchesNext: false })).toEqual(['মূল্য', '৳', '৪৩০.০০']);
    expect(texts({ x0: 155, x1: 170, touchesNext: false })).toEqual(['মূল্য', '৪৩০.০০', '৳']);
  });
});
