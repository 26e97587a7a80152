import type { Field, Line, Polygon } from '@edge-ocr/shared/contract/result';
import type { PageImage, Region } from '../pixels.ts';
import { inverseTurn, type Turn, turnPolygon, turnSize } from './turn.ts';

/** How a page is looked at: a part of it, turned. */
export interface View {
  /** In pixels of the original, before the turn. */
  readonly region: Region;
  readonly turn: Turn;
}

/** The page as it came. */
export function wholeView({ originalWidth, originalHeight }: PageImage): View {
  return { region: { left: 0, top: 0, width: originalWidth, height: originalHeight }, turn: 0 };
}

export interface ReadContent {
  readonly lines: Line[];
  readonly fields: Record<string, Field>;
}

/** Places in a view put back on the original: the client shows its image as it sent it. */
export function fromView({ lines, fields }: ReadContent, view: View): ReadContent {
  const { region, turn } = view;
  const turned = turnSize(region, turn);
  const back = (polygon: Polygon) =>
    turnPolygon(polygon, turned, inverseTurn(turn)).map(([x, y]): [number, number] => [
      tenth(x + region.left),
      tenth(y + region.top),
    ]);
  return {
    lines: lines.map((line) => ({
      ...line,
      polygon: back(line.polygon),
      words: line.words.map((word) => ({ ...word, polygon: back(word.polygon) })),
    })),
    fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldFromView(field, back)])),
  };
}

/** Fields without a line come from barcodes, which are sought on the whole page as it came. */
function fieldFromView(field: Field, back: (polygon: Polygon) => Polygon): Field {
  return field.line === null || field.polygon === null ? field : { ...field, polygon: back(field.polygon) };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
