import { expect, test } from 'vitest';
import { z } from 'zod';
import { uuidV7 } from './uuid-v7.ts';

test('is a UUID of version 7 that begins with its time', () => {
  for (const at of [0, 1, 1_700_000_000_123, 2 ** 48 - 1]) {
    const id = uuidV7(at);
    expect(z.uuidv7().safeParse(id).success).toBe(true);
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(at);
  }
});

test('is another one each time', () => {
  expect(new Set(Array.from({ length: 1000 }, () => uuidV7(1))).size).toBe(1000);
});
