import { hasWord } from './characters.ts';
import { isHeading } from './headings.ts';
import type { Tag } from './label-words.ts';
import { tagsOf } from './labels.ts';
import type { Row } from './layout.ts';
import { type PlacedAmount, type Segment, segmentRow } from './segments.ts';

/** One statement of a receipt: what a label says, and the amount that belongs to it. */
export interface Entry {
  label: string;
  tags: ReadonlySet<Tag>;
  /** From left to right; the last one is usually the sum. */
  amounts: PlacedAmount[];
  row: number;
  /** Whether it stands under a heading such as GST SUMMARY, where sums are repeated by tax rate. */
  inSummary: boolean;
}

/** Rows below a tax summary's heading that still belong to it. */
const SUMMARY_ROWS = 6;

/** All labels with their amounts, to the right in the same row or, failing that, alone in the row below or above. */
export function readLedger(rows: readonly Row[]): Entry[] {
  const segments = rows.map((row, index) => segmentRow(row, index));
  const entries: Entry[] = [];
  let summaryEnd = -1;
  segments.forEach((ofRow, row) => {
    for (const segment of ofRow) {
      const tags = tagsOf(segment.label);
      if (tags.has('summary')) summaryEnd = row + SUMMARY_ROWS;
      const leaves = tags.has('final') || tags.has('cash') || tags.has('change') || tags.has('rounding');
      if (leaves && !tags.has('summary')) summaryEnd = -1;
      const amounts =
        segment.amounts.length > 0 || tags.size === 0 || isHeading(rows[row]!)
          ? segment.amounts
          : seekAmounts(rows, segments, segment, tags);
      entries.push({ label: segment.label, tags, amounts, row, inSummary: row <= summaryEnd });
    }
  });
  return entries;
}

function seekAmounts(
  rows: readonly Row[],
  segments: readonly Segment[][],
  segment: Segment,
  tags: ReadonlySet<Tag>,
): PlacedAmount[] {
  if (tags.has('identity') || tags.has('summary') || tags.has('count')) return [];
  const whole = wholeAmount(rows[segment.row]!, segment.row);
  if (whole) return [whole];
  const below = loneAmounts(segments[segment.row + 1]);
  if (below.length > 0 && near(rows, segment.row, segment.row + 1)) return below;
  const above = loneAmounts(segments[segment.row - 1]);
  const aboveIsTaken = hasBareLabel(segments[segment.row - 2]);
  return above.length > 0 && !aboveIsTaken && near(rows, segment.row, segment.row - 1) ? above : [];
}

/** "TOTAL: 350" or "CASH 1,000": a number without cents that ends the row. */
function wholeAmount(row: Row, index: number): PlacedAmount | undefined {
  const last = segmentRow(row, index, true).at(-1)?.amounts.at(-1);
  return last && /^\W*$/.test(row.text.slice(last.end)) ? last : undefined;
}

function loneAmounts(segments: readonly Segment[] | undefined): PlacedAmount[] {
  const [only, ...others] = segments ?? [];
  return only && others.length === 0 && !hasWord(only.label) ? only.amounts : [];
}

function hasBareLabel(segments: readonly Segment[] | undefined): boolean {
  return (segments ?? []).some((segment) => segment.amounts.length === 0 && tagsOf(segment.label).size > 0);
}

/** Whether two rows follow each other without a gap of more than two line heights. */
function near(rows: readonly Row[], a: number, b: number): boolean {
  const [first, second] = [rows[a]!.lines[0]!, rows[b]!.lines[0]!];
  const middle = (line: { top: number; bottom: number }) => (line.top + line.bottom) / 2;
  return (
    first.page === second.page && Math.abs(middle(first) - middle(second)) <= 3 * Math.max(first.height, second.height)
  );
}
