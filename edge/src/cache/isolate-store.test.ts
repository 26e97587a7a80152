import { expect, it } from 'vitest';
import { isolateStore } from './isolate-store.ts';

it('keeps what was put, and the latest of it', async () => {
  const store = isolateStore(1000);
  await store.put('a', 'one', 10);
  await store.put('a', 'two', 10);
  expect(await store.get('a')).toBe('two');
  expect(await store.get('b')).toBeNull();
});

it('forgets what was not asked for longest, and never holds more than it may', async () => {
  const store = isolateStore(1000);
  const text = 'x'.repeat(99);
  for (let i = 0; i < 10; i++) await store.put(`${i}`, text, 10);
  expect(await store.get('0')).toBe(text);
  await store.put('a', text, 10);
  expect(await store.get('1')).toBeNull();
  expect(await store.get('0')).toBe(text);
  for (let i = 0; i < 10; i++) await store.put('a', text, 10);
  expect(await store.get('2')).toBe(text);
});

it('does not take what would leave no room for others', async () => {
  const store = isolateStore(1000);
  await store.put('a', 'x'.repeat(200), 10);
  expect(await store.get('a')).toBeNull();
});

it('forgets what has expired', async () => {
  const store = isolateStore(1000);
  await store.put('a', 'one', 0.01);
  await scheduler.wait(30);
  expect(await store.get('a')).toBeNull();
});
