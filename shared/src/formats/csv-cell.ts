/** One cell of a CSV file, by RFC 4180, that no spreadsheet takes for a formula. */

/**
 * Where a spreadsheet may begin a formula: at the start, and also behind a semicolon, tab or line break, because one that
 * is set to semicolons splits the cell there whatever the quotes say. The wide forms are those of Japanese keyboards.
 */
const FORMULA_STARTS = /(?<=^|[;\t\r\n])(?=\s*[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;

/** @param value numbers stay numbers, with a point and without an exponent; text is made harmless by an apostrophe. */
export function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return decimal(value);
  if (typeof value === 'boolean') return String(value);
  const harmless = value.toWellFormed().replace(FORMULA_STARTS, "'");
  return /[",;\t\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Lines end with CRLF, the last one too. */
export function csvRow(cells: readonly (string | number | boolean | undefined)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** 1e21 and 1e-7 are text to some spreadsheets. What is no number is left out. */
function decimal(value: number): string {
  if (!Number.isFinite(value)) return '';
  const plain = String(value);
  return plain.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }) : plain;
}
