import { hasWord } from './characters.ts';
import type { Row } from './layout.ts';
import { lineAt } from './layout.ts';
import type { Amount } from './money.ts';
import { amountsIn } from './row-readings.ts';

/** A label and the amounts that follow it in the same row. */
export interface Segment {
  label: string;
  amounts: PlacedAmount[];
  row: number;
}

export interface PlacedAmount extends Amount {
  /** Index into the answer's lines. */
  line: number;
  confidence: number;
}

/** Split rows such as "ITEM COUNT 4   CHANGE 7.50" into labels with their amounts; a row without amounts is one segment. */
export function segmentRow(row: Row, index: number, integers = false): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const amount of amountsIn(row, { integers })) {
    const label = row.text.slice(from, amount.start);
    const last = segments.at(-1);
    const owner = last && !hasWord(label) ? last : { label: label.trim(), amounts: [], row: index };
    if (owner !== last) segments.push(owner);
    const line = lineAt(row, amount.end - 1);
    owner.amounts.push({ ...amount, line: line.index, confidence: line.confidence });
    from = amount.end;
  }
  if (segments.length === 0) segments.push({ label: row.text, amounts: [], row: index });
  return segments;
}
