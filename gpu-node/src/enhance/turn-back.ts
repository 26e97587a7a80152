import type { Field, Line, Polygon } from '@edge-ocr/shared/contract/result';
import { inverseTurn, type Size, type Turn, turnPolygon, turnSize } from './turn.ts';

/** What was read on a page turned by `turn`, in pixels of the page as it was given. */
export interface ReadContent {
  readonly lines: Line[];
  readonly fields: Record<string, Field>;
}

/**
 * Put places back where the client sees them: on its own image, which it shows as it sent it.
 * @param page the size of the page before it was turned.
 */
export function turnBack({ lines, fields }: ReadContent, page: Size, turn: Turn): ReadContent {
  if (turn === 0) return { lines, fields };
  const upright = turnSize(page, turn);
  const back = (polygon: Polygon) => turnPolygon(polygon, upright, inverseTurn(turn));
  return {
    lines: lines.map((line) => ({
      ...line,
      polygon: back(line.polygon),
      words: line.words.map((word) => ({ ...word, polygon: back(word.polygon) })),
    })),
    fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldBack(field, back)])),
  };
}

/** Fields without a line come from barcodes, whose places were never turned. */
function fieldBack(field: Field, back: (polygon: Polygon) => Polygon): Field {
  return field.line === null || field.polygon === null ? field : { ...field, polygon: back(field.polygon) };
}
