import type { OcrResult, Polygon } from '@edge-ocr/shared/contract/result';

/** What a person points at, on the image or in a list; indexes are those of the result. */
export type Target =
  | { readonly kind: 'line'; readonly index: number }
  | { readonly kind: 'word'; readonly line: number; readonly index: number }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'code'; readonly index: number }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'document'; readonly index: number };

/** Where it was pointed at: the other side follows. */
export interface Highlight {
  readonly target: Target;
  readonly from: 'image' | 'list';
}

/** Where a target stands: on which page, within what polygons, and in which lines of the text. */
export interface Place {
  readonly page: number;
  readonly polygons: readonly Polygon[];
  readonly lines: readonly number[];
}

/** null for what has no place on the image, such as a field that was reckoned. */
export function placeOf(result: OcrResult, target: Target): Place | null {
  if (target.kind === 'line') return linesPlace(result, [target.index]);
  if (target.kind === 'word') return wordPlace(result, target.line, target.index);
  if (target.kind === 'code') return codePlace(result, target.index);
  if (target.kind === 'item') return linesPlace(result, result.structured.line_items?.[target.index]?.lines ?? []);
  const found = target.kind === 'field' ? result.fields[target.name] : result.structured.documents?.[target.index];
  if (!found) return null;
  const place = linesPlace(result, found.lines);
  return found.polygon === null ? place : { page: 0, lines: found.lines, ...place, polygons: [found.polygon] };
}

/** Whether the line is one that the target was read from. */
export function touchesLine(result: OcrResult, target: Target, line: number): boolean {
  return placeOf(result, target)?.lines.includes(line) ?? false;
}

/** Whether the target is this field, or stands in one of its lines on the image. */
export function touchesField(result: OcrResult, target: Target, name: string): boolean {
  if (target.kind === 'field') return target.name === name;
  if (target.kind !== 'line' && target.kind !== 'word') return false;
  return result.fields[name]?.lines.includes(target.kind === 'line' ? target.index : target.line) ?? false;
}

/** Lines of the first one's page; what is continued overleaf is not shown. */
function linesPlace({ lines }: OcrResult, indexes: readonly number[]): Place | null {
  const found = indexes.flatMap((index) => lines[index] ?? []);
  if (found.length === 0) return null;
  const { page } = found[0]!;
  return { page, lines: indexes, polygons: found.filter((line) => line.page === page).map(({ polygon }) => polygon) };
}

function wordPlace({ lines }: OcrResult, index: number, word: number): Place | null {
  const line = lines[index];
  const polygon = line?.words[word]?.polygon;
  return polygon ? { page: line.page, lines: [index], polygons: [polygon] } : null;
}

function codePlace({ barcodes }: OcrResult, index: number): Place | null {
  const code = barcodes[index];
  return code ? { page: code.page, lines: [], polygons: [code.polygon] } : null;
}
