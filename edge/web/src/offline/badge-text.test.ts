import { expect, test } from 'vitest';
import { badgeOf } from './badge-text.ts';

const items = (...states: ('waiting' | 'sending' | 'done' | 'failed')[]) => states.map((state) => ({ state }));
const text = (online: boolean, ...states: Parameters<typeof items>) => badgeOf(online, items(...states))?.text;

test('offline is always said, with how many wait', () => {
  expect(text(false)).toBe('Offline');
  expect(text(false, 'done', 'failed')).toBe('Offline');
  expect(text(false, 'waiting')).toBe('Offline: 1 image waits');
  expect(text(false, 'waiting', 'sending')).toBe('Offline: 2 images wait');
});

test('online, what goes on is said before what went wrong', () => {
  expect(text(true)).toBeUndefined();
  expect(text(true, 'done')).toBeUndefined();
  expect(text(true, 'waiting', 'waiting', 'failed')).toBe('2 images wait');
  expect(text(true, 'sending', 'waiting', 'waiting')).toBe('Sending 3 images');
  expect(text(true, 'failed', 'done')).toBe('1 image failed');
});
