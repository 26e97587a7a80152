import type { Barcode, Line } from '@edge-ocr/shared/contract/result';

const ROW_PITCH = 30;
const LINE_HEIGHT = 20;

/**
 * Lines as a recogniser would give them, for tests: each string is a row, `|` divides what stands beside each other,
 * a leading `#` doubles the height of the letters.
 */
export function sampleLines(rows: readonly string[], confidence = 0.99): Line[] {
  return rows.flatMap((row, at) => {
    const large = row.startsWith('#');
    return row
      .replace(/^#/, '')
      .split('|')
      .map((cell, column) => lineOf(cell.trim(), at, column, large ? 1.4 * LINE_HEIGHT : LINE_HEIGHT, confidence));
  });
}

function lineOf(text: string, row: number, column: number, height: number, confidence: number): Line {
  const [left, top] = [20 + column * 200, 10 + row * ROW_PITCH];
  const right = left + text.length * 10;
  const polygon: Line['polygon'] = [
    [left, top],
    [right, top],
    [right, top + height],
    [left, top + height],
  ];
  return { text, confidence, polygon, page: 0, row, words: [] };
}

export function sampleBarcode(value: string, type = 'EAN13'): Barcode {
  const polygon: Barcode['polygon'] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ];
  return { type, value, confidence: 0.97, page: 0, bounding_box: { x: 0, y: 0, width: 10, height: 10 }, polygon };
}
