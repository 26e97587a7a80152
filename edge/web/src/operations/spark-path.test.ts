import { expect, test } from 'vitest';
import { sparkPath, sparkText } from './spark-path.ts';

const field = { width: 100, height: 10, most: 4 };

test('the line goes from the left to the right, high values up', () => {
  expect(sparkPath([0, 2, 4], field)).toBe('M0 10L50 5L100 0');
});

test('a gap breaks the line, and a value alone is a dot', () => {
  expect(sparkPath([0, null, 4, null, null, 4, 4], { ...field, width: 60 })).toBe('M0 10h0M20 0h0M50 0L60 0');
  expect(sparkPath([2], field)).toBe('M0 5h0');
});

test('nothing is drawn of nothing, and what is all zero lies on the ground', () => {
  expect(sparkPath([], field)).toBe('');
  expect(sparkPath([null, null], field)).toBe('');
  expect(sparkPath([0, 0], { ...field, most: 0 })).toBe('M0 10L100 10');
});

test('the words have the latest value and its bounds', () => {
  const shown = (value: number) => `${value} ms`;
  expect(sparkText([3, null, 9, 4], shown)).toBe('now 4 ms, between 3 ms and 9 ms over 3 samples');
  expect(sparkText([null], shown)).toBeNull();
});
