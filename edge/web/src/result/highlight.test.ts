import type { OcrResult, Polygon } from '@edge-ocr/shared/contract/result';
import { describe, expect, it } from 'vitest';
import { placeOf, touchesField, touchesLine } from './highlight.ts';

const at = (y: number): Polygon => [
  [0, y],
  [50, y],
  [50, y + 10],
  [0, y + 10],
];
const line = (y: number, page = 0) => ({ page, polygon: at(y), words: [{ polygon: at(y + 1) }] });

const RESULT = {
  lines: [line(0), line(20), line(40), line(5, 1)],
  fields: {
    address: { lines: [1, 2], polygon: at(20) },
    total: { lines: [3], polygon: null },
    due_date: { lines: [], polygon: null },
  },
  barcodes: [{ page: 1, polygon: at(70) }],
  structured: { line_items: [{ name: 'x', lines: [0, 3] }], documents: [{ lines: [0], polygon: at(0) }] },
} as unknown as OcrResult;

describe('where a thing stands on the image', () => {
  it('is its own polygon, or those of its lines', () => {
    expect(placeOf(RESULT, { kind: 'line', index: 1 })).toEqual({ page: 0, lines: [1], polygons: [at(20)] });
    expect(placeOf(RESULT, { kind: 'field', name: 'address' })).toEqual({ page: 0, lines: [1, 2], polygons: [at(20)] });
    expect(placeOf(RESULT, { kind: 'field', name: 'total' })).toEqual({ page: 1, lines: [3], polygons: [at(5)] });
    expect(placeOf(RESULT, { kind: 'word', line: 0, index: 0 })).toEqual({ page: 0, lines: [0], polygons: [at(1)] });
    expect(placeOf(RESULT, { kind: 'code', index: 0 })).toEqual({ page: 1, lines: [], polygons: [at(70)] });
    expect(placeOf(RESULT, { kind: 'document', index: 0 })?.polygons).toEqual([at(0)]);
  });

  it('is on one page only', () => {
    expect(placeOf(RESULT, { kind: 'item', index: 0 })?.polygons).toEqual([at(0)]);
  });

  it('is nowhere for what was reckoned or is not there', () => {
    expect(placeOf(RESULT, { kind: 'field', name: 'due_date' })).toBeNull();
    expect(placeOf(RESULT, { kind: 'line', index: 9 })).toBeNull();
  });

  it('links lines with the fields that were read from them', () => {
    expect(touchesField(RESULT, { kind: 'line', index: 2 }, 'address')).toBe(true);
    expect(touchesField(RESULT, { kind: 'line', index: 0 }, 'address')).toBe(false);
    expect(touchesLine(RESULT, { kind: 'field', name: 'address' }, 2)).toBe(true);
    expect(touchesLine(RESULT, { kind: 'field', name: 'due_date' }, 2)).toBe(false);
  });
});
