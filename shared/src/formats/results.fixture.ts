/** For tests: results of any content that the contract allows, also what no photo would show. */
import fc from 'fast-check';
import type { OcrResult } from '../contract/result.ts';

/** What breaks files: quotes, separators, formulas, markup, control characters, halves of surrogate pairs. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '＝',
        "'",
        '"',
        ',',
        ';',
        '\t',
        '\r',
        '\n',
        '\r\n',
        ' ',
        '&',
        '<',
        '>',
        ']]>',
      ),
      fc.constantFrom(
        '=1+1',
        '-12',
        '=HYPERLINK("http://x","y")',
        '\0',
        '\u0007',
        '\ufffe',
        '\ud800',
        'আম',
        '😀',
        'Café',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const amount = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const polygon = fc.array(
  fc.tuple(fc.double({ min: -20, max: 1200, noNaN: true }), fc.double({ min: -20, max: 1200, noNaN: true })),
  { minLength: 3, maxLength: 6 },
);
const word = fc.record({ text: nasty, confidence: share, polygon });
const line = fc.record({
  text: nasty,
  confidence: share,
  polygon,
  page: fc.nat(2),
  row: fc.nat(50),
  words: fc.array(word, { maxLength: 3 }),
});
const item = fc.record(
  { name: nasty, quantity: amount, unit_price: amount, amount, confidence: share },
  { requiredKeys: ['name'] },
);
const structured = fc.record(
  {
    company: nasty,
    address: nasty,
    issuer: nasty,
    product_name: nasty,
    date: fc.constant('2026-10-14'),
    currency: fc.constantFrom('GBP', 'BDT'),
    total: amount,
    rounding: amount,
    line_items: fc.array(item, { maxLength: 4 }),
  },
  { requiredKeys: [] },
);

export const anyText = nasty;

export const anyResult: fc.Arbitrary<OcrResult> = fc
  .record({
    id: fc.uuid({ version: 7 }),
    type: fc.constantFrom('receipt', 'invoice', 'product'),
    text: nasty,
    confidence: share,
    structured,
    lines: fc.array(line, { maxLength: 5 }),
    needs_review: fc.boolean(),
  })
  .map((varied) => ({
    ...varied,
    fields: {},
    checks: [],
    barcodes: [],
    pages: [
      { width: 600, height: 900 },
      { width: 0, height: 0 },
      { width: 1000, height: 1000 },
    ],
    warnings: [],
    processing_time_ms: 12.5,
    timings: {},
    model_used: 'pp-ocrv4-mobile-rec',
    model_version: 'test-1',
    cache: 'miss',
    duplicate_of: null,
    duplicate_match: null,
    image: { sha256: 'a'.repeat(64), format: 'jpeg', size_bytes: 1234 },
    created_at: '2026-11-22T10:00:00.000Z',
  }));

/** Rows of cells, read strictly by the grammar of RFC 4180. @throws Error where the text is not of it. */
export function parseCsv(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows: string[][] = [[]];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [, quoted, plain, end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error(`no CSV at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  rows.pop();
  return rows;
}
