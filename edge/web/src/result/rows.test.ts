import { expect, it } from 'vitest';
import { rowsOf } from './rows.ts';

it('puts lines of one row together, page by page', () => {
  const lines = [
    { page: 0, row: 0 },
    { page: 0, row: 1 },
    { page: 0, row: 1 },
    { page: 1, row: 1 },
  ];
  expect(rowsOf(lines)).toEqual([[0], [1, 2], [3]]);
  expect(rowsOf([])).toEqual([]);
});
