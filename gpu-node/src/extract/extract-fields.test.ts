import { OCR_TYPES } from '@edge-ocr/shared/contract/options';
import { fieldSchema, structuredSchema } from '@edge-ocr/shared/contract/result';
import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';
import { sampleBarcode, sampleLines } from './sample-lines.ts';

const ROWS = [
  'ACME TRADING SDN BHD',
  'LOT 4, JALAN BATU, 43000 KAJANG',
  'DATE 14/08/2018 10:20',
  'TEA 1 X 2.00|2.00',
  'TOTAL|RM 2.00',
  'CASH|5.00',
  'CHANGE|3.00',
];

describe.each(OCR_TYPES)('extractFields for %s', (type) => {
  it('keeps to the contract, with an origin for every scalar', () => {
    const lines = sampleLines(ROWS);
    const { structured, fields } = extractFields(type, lines, [sampleBarcode('6291041500213')]);
    expect(structuredSchema.parse(structured)).toEqual(structured);
    const scalars = Object.entries(structured).filter(([, value]) => typeof value !== 'object');
    expect(Object.keys(fields).sort()).toEqual(scalars.map(([name]) => name).sort());
    for (const [name, value] of scalars) {
      const field = fieldSchema.parse(fields[name]);
      expect(field.value).toBe(value);
      expect(field.line === null).toBe(field.polygon === null);
    }
  });

  it.each([
    ['nothing', []],
    ['blank lines', ['', '  ', '\t']],
    ['lines of one character', ['A', '1', '.', '-', '|', '৳', '(', ')']],
    ['marks only', ['----------', '* * * * *', '((((((', '$$$', 'RM', '%']],
    ['words without values', ['TOTAL', 'DATE', 'EXP', 'GST', 'CASH', 'CHANGE', 'INVOICE NO', 'SKU:', 'PAN']],
  ])('stands %s', (_name, rows) => {
    const { structured } = extractFields(type, sampleLines(rows), []);
    expect(structuredSchema.parse(structured)).toEqual(structured);
    expect(structured.total).toBeUndefined();
    expect(structured.date).toBeUndefined();
  });

  it.each([
    ['receipt rows', (at: number) => ROWS[at % ROWS.length]!],
    ['totals', (at: number) => `TOTAL ${at}.00`],
    ['digits', () => '1'.repeat(80)],
    ['half numbers', () => '1.1,'.repeat(20)],
    ['half dates', () => '1/1/'.repeat(20)],
    ['open brackets', () => '('.repeat(80)],
    ['spaced digits', () => '1 '.repeat(40)],
    ['letters', () => 'TOTA'.repeat(20)],
  ])('takes 10,000 lines of %s in its stride', (_name, row) => {
    const lines = sampleLines(Array.from({ length: 10_000 }, (_, at) => row(at)));
    // Well under a second by itself; a regex that backtracks takes minutes and meets the test's own time limit.
    expect(extractFields(type, lines, []).warnings.length).toBeLessThan(10);
  });
});

describe('one endless line', () => {
  it.each(['1', ' ', '(', '1/', '1 ', 'SDN ', '12:', "1'"])('of %j ends soon', (text) => {
    for (const type of OCR_TYPES) {
      expect(extractFields(type, sampleLines([text.repeat(50_000)]), []).warnings.length).toBeLessThan(10);
    }
  });
});

describe('invoice', () => {
  it('reads number, issuer, dates, tax number and sums', () => {
    const { structured } = extractFields(
      'invoice',
      sampleLines([
        '#NORTHWIND SUPPLIES LTD',
        '12 DOCK ROAD, LONDON',
        'VAT REG NO: GB980780684',
        'INVOICE',
        'INVOICE NO: INV-2024/0042|DATE: 14 MAR 2024',
        'DUE DATE: 13/04/2024',
        'DESCRIPTION|QTY|UNIT PRICE|AMOUNT',
        'ROPE 10MM|4|£12.50|£50.00',
        'SUBTOTAL|£50.00',
        'VAT 20%|£10.00',
        'TOTAL DUE|£60.00',
      ]),
      [],
    );
    expect(structured).toMatchObject({
      issuer: 'NORTHWIND SUPPLIES LTD',
      invoice_number: 'INV-2024/0042',
      date: '2024-03-14',
      due_date: '2024-04-13',
      tax_id: 'GB980780684',
      tax_ids: [{ kind: 'vat', value: 'GB980780684', country: 'GB', party: 'seller', check: 'passed' }],
      subtotal: 50,
      tax: 10,
      total: 60,
      currency: 'GBP',
      line_items: [expect.objectContaining({ name: 'ROPE 10MM', quantity: 4, unit_price: 12.5, amount: 50 })],
    });
  });

  it('finds a number in the row below its label', () => {
    expect(extractFields('invoice', sampleLines(['INVOICE NUMBER', 'A-1007']), []).structured.invoice_number).toBe(
      'A-1007',
    );
  });
});
