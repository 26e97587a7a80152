import type { Line } from '@edge-ocr/shared/contract/result';

/** Indexes of lines, by the row of the page that they stand in. */
export function rowsOf(lines: readonly Pick<Line, 'page' | 'row'>[]): number[][] {
  const rows: number[][] = [];
  for (const [index, line] of lines.entries()) {
    const row = rows.at(-1);
    const before = row && lines[row[0]!]!;
    if (before?.page === line.page && before.row === line.row) row!.push(index);
    else rows.push([index]);
  }
  return rows;
}
