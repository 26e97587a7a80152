import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';
import { sampleLines } from './sample-lines.ts';

const read = (rows: readonly string[], confidence?: number) =>
  extractFields('receipt', sampleLines(rows, confidence), []);

const GOODS = ['DESCRIPTION|QTY|PRICE|AMOUNT', 'LED BULB|2|6.00|12.00', 'EXTENSION CORD|1|18.50|18.50'];
const WHOLE = [
  ...GOODS,
  'SUB TOTAL|30.50',
  'DISCOUNT|-2.00',
  'SERVICE CHARGE 10%|3.05',
  'GST 6%|1.89',
  'ROUNDING ADJ|0.01',
  'TOTAL|33.45',
  'CASH|50.00',
  'CHANGE|16.55',
];
const with_ = (from: string, to: string) => WHOLE.map((row) => row.replace(from, to));

describe('a bill that adds up', () => {
  const { structured, fields, checks, warnings } = read(WHOLE);

  it('passes every check, and its fields say so', () => {
    expect(structured).toMatchObject({
      subtotal: 30.5,
      discount: 2,
      service_charge: 3.05,
      tax: 1.89,
      rounding: 0.01,
      total: 33.45,
      cash: 50,
      change: 16.55,
    });
    expect(checks.map(({ name, passed }) => [name, passed])).toEqual([
      ['quantity_times_price_is_amount', true],
      ['items_make_subtotal', true],
      ['subtotal_and_tax_make_total', true],
      ['cash_less_change_is_total', true],
    ]);
    for (const name of ['subtotal', 'discount', 'service_charge', 'tax', 'rounding', 'total', 'cash', 'change']) {
      expect(fields[name]!.check).toBe('passed');
      expect(fields[name]!.mended).toBeUndefined();
    }
    expect(warnings).toEqual([]);
  });

  it('is surer of its total than one without anything to check it by', () => {
    expect(fields.total!.confidence).toBeGreaterThan(read(['TOTAL|33.45']).fields.total!.confidence);
  });

  it('says of each thing which lines it came from', () => {
    expect(structured.line_items![0]).toMatchObject({ name: 'LED BULB', lines: [4, 5, 6, 7] });
    expect(structured.line_items![0]!.confidence).toBeGreaterThan(0.9);
  });
});

describe('mending', () => {
  it.each([
    ['a total with a wrong digit', 'TOTAL|33.45', 'TOTAL|38.45', 'total', 33.45],
    ['a total that lost its first digit', 'TOTAL|33.45', 'TOTAL|3.45', 'total', 33.45],
    ['a service charge without its point', '3.05', '305', 'service_charge', 3.05],
    ['a tax that its rate tells', 'GST 6%|1.89', 'GST 6.2%|1.39', 'tax', 1.89],
    ['a subtotal that the goods tell', 'SUB TOTAL|30.50', 'SUB TOTAL|30.60', 'subtotal', 30.5],
  ])('settles %s by two sums that agree', (_name, from, to, field, value) => {
    const { fields, checks, warnings } = read(with_(from, to));
    expect(fields[field]).toMatchObject({ value, mended: true });
    expect(checks.every(({ passed }) => passed)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('reads letters as digits and says so', () => {
    expect(read(['TOTAL|8O.00']).fields.total).toMatchObject({ value: 80, mended: true });
  });

  it('settles a thing whose amount the quantity and the sum of all tell', () => {
    const rows = WHOLE.map((row) => row.replace('2|6.00|12.00', '2|6.00|12.80'));
    expect(read(rows).structured.line_items![0]).toMatchObject({ quantity: 2, unit_price: 6, amount: 12 });
  });

  it('derives a subtotal only where goods and tax make the total', () => {
    expect(read([...GOODS, 'GST 6%|1.83', 'TOTAL|32.33']).fields.subtotal).toMatchObject({ value: 30.5, mended: true });
    expect(read([...GOODS, 'GST 6%|1.83', 'TOTAL|35.00']).fields.subtotal).toBeUndefined();
  });

  it('rounds a total whose rounded form could not be read', () => {
    const { fields } = read(['SUBTOTAL|9.30', 'GST 6%|0.56', 'TOTAL INCL. GST|9.86', 'ROUNDING|-0.01', 'TOTAL|9.8?']);
    expect(fields.total).toMatchObject({ value: 9.85, mended: true, check: 'passed' });
  });

  it('leaves a total alone that the payment bears out', () => {
    const { fields } = read(with_('SUB TOTAL|30.50', 'SUB TOTAL|31.70'));
    expect(fields.total).toMatchObject({ value: 33.45, check: 'passed' });
    expect(fields.total!.mended).toBeUndefined();
  });
});

describe('doubt', () => {
  it('tells with the numbers that subtotal and tax do not make the total', () => {
    const { fields, checks, warnings } = read(['SUBTOTAL|100.00', 'VAT 20%|20.00', 'TOTAL|137.00']);
    expect(checks).toEqual([expect.objectContaining({ name: 'subtotal_and_tax_make_total', passed: false })]);
    expect(warnings).toEqual(['Subtotal 100.00 + tax 20.00 makes 120.00, but the total says 137.00.']);
    expect(fields.total!.check).toBe('failed');
    expect(fields.total!.confidence).toBeLessThan(0.7);
  });

  it('tells that payment less change is not the total', () => {
    const { fields, warnings } = read(['TEA|2.00', 'TOTAL|12.00', 'CASH|20.00', 'CHANGE|3.50']);
    expect(warnings).toEqual(['Payment of 20.00 less 3.50 of change leaves 16.50, but the total says 12.00.']);
    expect(fields.change!.check).toBe('failed');
  });

  it('tells that a whole list of goods does not make the subtotal', () => {
    const { warnings } = read([...GOODS, 'SUB TOTAL|45.00', 'GST|2.70', 'TOTAL|47.70', 'NO. OF ITEMS: 2']);
    expect(warnings).toEqual(['The 2 line items make 30.50, but the subtotal says 45.00.']);
  });

  it.each<[string, string[]]>([
    ['a list of goods that may lack some', [...GOODS, 'SUB TOTAL|45.00', 'TOTAL|45.00']],
    ['a charge between that nobody understands', ['SUBTOTAL|100.00', 'CORKAGE|17.00', 'VAT|20.00', 'TOTAL|137.00']],
    ['a figure that could not be read', ['SUBTOTAL|100.00', 'SERVICE CHARGE|I7.O', 'VAT|20.00', 'TOTAL|137.00']],
    [
      'a total in parts',
      ['TOTAL 0% SUPPLIES|35.14', 'TOTAL 6% SUPPLIES (EXCL. GST)|36.24', 'GST|2.17', 'TOTAL PAYABLE|73.55'],
    ],
    ['rounding to the smallest coin', ['SUBTOTAL|9.86', 'TOTAL|9.85', 'CASH|10.00', 'CHANGE|0.15']],
    ['tax that prices include', ['SUBTOTAL|106.00', 'TOTAL|106.00', 'GST INCLUDED|6.00']],
    ['two payments', ['TOTAL|30.00', 'VOUCHER PAYMENT|10.00', 'CASH|50.00', 'CHANGE|30.00']],
    ['a blurred figure', []],
  ])('raises no alarm over %s', (_name, rows) => {
    const lines = rows.length > 0 ? read(rows) : read(['SUBTOTAL|100.00', 'VAT|20.00', 'TOTAL|137.00'], 0.6);
    expect(lines.checks.filter(({ passed }) => !passed)).toEqual([]);
  });
});

describe('what is printed twice or in several parts', () => {
  it('adds up taxes of one bill', () => {
    const { structured, checks } = read(['SUBTOTAL|₹200.00', 'CGST 9%|18.00', 'SGST 9%|18.00', 'TOTAL|₹236.00']);
    expect(structured).toMatchObject({ subtotal: 200, tax: 36, total: 236, currency: 'INR' });
    expect(checks.find(({ name }) => name === 'subtotal_and_tax_make_total')).toMatchObject({ passed: true });
  });

  it('takes the tax that fits, not the first that is named', () => {
    const rows = ['GST TAXABLE AMT|94.34', 'GST 6%|5.66', 'SUBTOTAL|94.34', 'TOTAL|100.00'];
    expect(read(rows).structured).toMatchObject({ subtotal: 94.34, tax: 5.66, total: 100 });
  });

  it('reads a bill without decimals', () => {
    const rows = ['合計|¥1,100', '消費税|¥100', 'SUBTOTAL|¥1,000'];
    expect(read(rows).structured).toMatchObject({ subtotal: 1000, tax: 100, total: 1100, currency: 'JPY' });
  });

  it('reads a bill with three decimals', () => {
    const { structured, checks } = read(['SUBTOTAL|KWD 1.250', 'VAT|KWD 0.063', 'TOTAL|KWD 1.313']);
    expect(structured).toMatchObject({ subtotal: 1.25, tax: 0.063, total: 1.313, currency: 'KWD' });
    expect(checks[0]).toMatchObject({ name: 'subtotal_and_tax_make_total', passed: true });
  });

  it('reads a bill with Bengali digits', () => {
    const rows = ['উপমোট|৳২০০.০০', 'ভ্যাট ৫%|৳১০.০০', 'সর্বমোট|৳২১০.০০', 'নগদ|৳৫০০.০০', 'ফেরত|৳২৯০.০০'];
    expect(read(rows).structured).toMatchObject({
      subtotal: 200,
      tax: 10,
      total: 210,
      cash: 500,
      change: 290,
      currency: 'BDT',
    });
  });
});

describe('what its label alone would get wrong', () => {
  const invoice = (...rows: string[]) => extractFields('invoice', sampleLines(rows), []).structured;

  it('is a net amount to which tax is added, or the last sum where none is', () => {
    expect(invoice('Net amount|200.00', 'Tax|40.00', 'Total|240.00')).toMatchObject({
      subtotal: 200,
      tax: 40,
      total: 240,
    });
    expect(read(['SUB TOTAL|7.14', 'ROUNDING|-0.04', 'NETT TOTAL|7.10']).structured.total).toBe(7.1);
  });

  it('is what is left to pay once a part is paid', () => {
    expect(invoice('Total|240.00', 'Amount paid|-100.00', 'Balance due|140.00').total).toBe(240);
    expect(invoice('Subtotal|240.00', 'Balance due|240.00').total).toBe(240);
  });

  it('is a service that is the goods', () => {
    expect(invoice('Web Service Charges|4.11', 'Total|4.11').service_charge).toBeUndefined();
    expect(invoice('Subtotal|40.00', 'Service charge|4.00', 'Total|44.00').service_charge).toBe(4);
  });

  it('is a bill in parts by tax rate', () => {
    const { structured, checks } = read([
      'TOTAL 0% SUPPLIES|22.50',
      'TOTAL 6% SUPPLIES (EXCL. GST)|15.00',
      'GST 6%|0.90',
      'TOTAL PAYABLE|38.40',
    ]);
    expect(structured).toMatchObject({ subtotal: 37.5, tax: 0.9, total: 38.4 });
    expect(checks).toEqual([expect.objectContaining({ name: 'subtotal_and_tax_make_total', passed: true })]);
  });

  it('is two taxes that are levied together', () => {
    expect(read(['SUBTOTAL|100.00', 'CGST 2.5%|2.50', 'SGST 2.5%|2.50', 'TOTAL|105.00']).structured.tax).toBe(5);
    expect(read(['TOTAL|106.00', 'GST 6%|6.00', 'GST 6%|6.00']).structured.tax).toBe(6);
  });
});

describe('what is taken off among the goods', () => {
  it('is an item with a negative amount, and counts in the sum', () => {
    const { structured, checks } = read([
      'DESCRIPTION|AMOUNT',
      'LEDGER BOOK|48.00',
      'RETURNED DESK PAD|-15.00',
      'MEMBER SAVING|-3.00',
      'SUBTOTAL|30.00',
      'TOTAL|30.00',
    ]);
    expect(structured.line_items!.map(({ name, amount }) => [name, amount])).toEqual([
      ['LEDGER BOOK', 48],
      ['RETURNED DESK PAD', -15],
      ['MEMBER SAVING', -3],
    ]);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'items_make_subtotal', passed: true }));
  });

  it('is none in the midst of a sentence', () => {
    const { structured } = read(['TEA|5.00', 'Price is inclusive of a discount of -2.00, as agreed', 'TOTAL|5.00']);
    expect(structured.line_items).toHaveLength(1);
  });
});
