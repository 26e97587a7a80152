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

/**
 * Places in views put back on the originals: the client shows its image as it sent it.
 * @param views one a page.
 */
export function fromViews({ lines, fields }: ReadContent, views: readonly View[]): ReadContent {
  const back = (polygon: Polygon, page: number) => toOriginal(polygon, views[page]!);
  return {
    lines: lines.map((line) => ({
      ...line,
      polygon: back(line.polygon, line.page),
      words: line.words.map((word) => ({ ...word, polygon: back(word.polygon, line.page) })),
    })),
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => {
        // Fields without a line come from barcodes, which are sought on the whole page as it came.
        const { line, polygon } = field;
        return [name, line === null || !polygon ? field : { ...field, polygon: back(polygon, lines[line]!.page) }];
      }),
    ),
  };
}

function toOriginal(polygon: Polygon, { region, turn }: View): Polygon {
  const turned = turnPolygon(polygon, turnSize(region, turn), inverseTurn(turn));
  return turned.map(([x, y]): [number, number] => [tenth(x + region.left), tenth(y + region.top)]);
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
