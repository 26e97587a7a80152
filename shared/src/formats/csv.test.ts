import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ocrResultSchema } from '../contract/result.ts';
import { toCsv, toLineItemsCsv } from './csv.ts';
import { csvCell } from './csv-cell.ts';
import { anyResult, anyText, parseCsv } from './results.fixture.ts';

/** What a spreadsheet takes for a formula, also behind what it may split a cell at. */
const FORMULA = /(?:^|[;\t\r\n])\s*[=+\-@＝＋－＠]|^[\t\r\n]/;
const withoutApostrophes = (text: string) => text.toWellFormed().replaceAll("'", '');
const [example] = fc.sample(anyResult, { numRuns: 1, seed: 1 });

/** A row by the names of its columns. */
function byName(csv: string): Record<string, string>[] {
  const [names = [], ...rows] = parseCsv(csv);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

describe('a cell', () => {
  it('of text is read back as it was, but for apostrophes before what looks like a formula', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [[read] = []] = parseCsv(`${csvCell(text)}\r\n`);
        expect(withoutApostrophes(read!)).toBe(withoutApostrophes(text));
        expect(read).not.toMatch(FORMULA);
        if (!FORMULA.test(text.toWellFormed())) expect(read).toBe(text.toWellFormed());
      }),
      { numRuns: 1000 },
    );
  });

  it('of a number is that number, a negative one too', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (number) => {
        const cell = csvCell(number);
        expect(cell).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(cell)).toBeCloseTo(number, 12);
      }),
    );
    expect([-12.5, 0, 1e21, 1.5e-7, Number.NaN].map(csvCell)).toEqual([
      '-12.5',
      '0',
      '1000000000000000000000',
      '0.00000015',
      '',
    ]);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+44 20 7946 0000', "'+44 20 7946 0000"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['a;=1', '"a;\'=1"'],
    ['Fish & Chips - large', 'Fish & Chips - large'],
    ['4" nails, brass', '"4"" nails, brass"'],
  ])('%j is %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });
});

describe('toCsv', () => {
  it('has a row a result under the same columns, whatever the results are', () => {
    const [header] = parseCsv(toCsv([]));
    expect(header).toEqual(expect.arrayContaining(['id', 'type', 'company', 'issuer', 'total', 'gtin', 'line_items']));
    expect(new Set(header).size).toBe(header?.length);
    fc.assert(
      fc.property(fc.array(anyResult, { maxLength: 4 }), (results) => {
        const [names, ...rows] = parseCsv(toCsv(results));
        expect(names).toEqual(header);
        expect(rows.map(([id]) => id)).toEqual(results.map(({ id }) => id));
        for (const row of rows) expect(row).toHaveLength(header!.length);
      }),
    );
  });

  it('shows what people said, amounts as numbers, and how many items there are', () => {
    const structured = { company: 'Corner, Ltd', total: -4.5, line_items: [{ name: 'Tea' }, { name: 'Milk' }] };
    const [row] = byName(toCsv([{ ...example!, structured }]));
    expect(row).toMatchObject({ company: 'Corner, Ltd', total: '-4.5', line_items: '2', issuer: '' });
  });
});

describe('toLineItemsCsv', () => {
  it('has a row an item, in their order, with its result', () => {
    const structured = {
      issuer: '=cmd',
      currency: 'GBP',
      line_items: [
        { name: 'Tea', quantity: 2, unit_price: 1.5, amount: 3 },
        { name: 'Deposit', amount: -0.25 },
      ],
    };
    const rows = byName(
      toLineItemsCsv([
        { ...example!, structured },
        { ...example!, structured: {} },
      ]),
    );
    expect(rows).toMatchObject([
      {
        result_id: example!.id,
        company: "'=cmd",
        position: '1',
        name: 'Tea',
        quantity: '2',
        unit_price: '1.5',
        amount: '3',
      },
      { position: '2', name: 'Deposit', quantity: '', amount: '-0.25' },
    ]);
  });

  it('is CSV for any items', () => {
    fc.assert(
      fc.property(fc.array(anyResult, { maxLength: 3 }), (results) => {
        const [header, ...rows] = parseCsv(toLineItemsCsv(results));
        expect(rows).toHaveLength(results.flatMap(({ structured }) => structured.line_items ?? []).length);
        for (const row of rows) expect(row).toHaveLength(header!.length);
      }),
    );
  });
});

it('the results of these tests are of the contract', () => {
  fc.assert(fc.property(anyResult, (result) => ocrResultSchema.safeParse(result).success));
});
