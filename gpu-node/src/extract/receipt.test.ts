import { describe, expect, it } from 'vitest';
import { rowsOf } from './layout.ts';
import { readReceipt } from './receipt.ts';
import { sampleLines } from './sample-lines.ts';

const HEAD = [
  'LIM AH KOW',
  '#BRIGHT LAMP TRADING SDN BHD (765432-K)',
  'NO. 8, JALAN MAWAR 3/2,',
  'TAMAN BUNGA, 43000 KAJANG,',
  'SELANGOR',
  'TEL: 03-8765 4321',
  'GST ID: 001234567890',
];

function read(rows: readonly string[]) {
  const { fields, items } = readReceipt(rowsOf(sampleLines(rows)));
  return { ...Object.fromEntries(Object.entries(fields).map(([name, found]) => [name, found?.value])), items };
}

const totalOf = (...rows: string[]) => (read(rows) as { total?: number }).total;

describe('readReceipt', () => {
  const whole = [
    ...HEAD,
    'TAX INVOICE',
    'DATE: 14/08/2018|TIME: 09:15 PM',
    'DESCRIPTION|QTY|PRICE|AMOUNT',
    'LED BULB 9W|2|6.00|12.00',
    'EXTENSION CORD|1|18.50|18.50',
    'TOTAL QTY|3',
    'SUB TOTAL|30.50',
    'GST 6%|1.83',
    'ROUNDING ADJ|0.02',
    'TOTAL|32.35',
    'CASH|50.00',
    'CHANGE|17.65',
    'GST SUMMARY|AMOUNT(RM)|TAX(RM)',
    'SR @ 6%|30.50|1.83',
    'TOTAL|30.50|1.83',
    'THANK YOU',
  ];

  const expected = {
    date: '2018-08-14',
    time: '21:15',
    subtotal: 30.5,
    tax: 1.83,
    total: 32.35,
    currency: 'MYR',
    payment_method: 'cash',
    rounding: 0.02,
    cash: 50,
    change: 17.65,
    registration_number: '765432-K',
    tax_id: '001234567890',
  };

  it('reads a whole receipt', () => {
    expect(read(whole)).toEqual({
      ...expected,
      company: 'BRIGHT LAMP TRADING SDN BHD',
      address: 'NO. 8, JALAN MAWAR 3/2, TAMAN BUNGA, 43000 KAJANG, SELANGOR',
      items: [
        expect.objectContaining({ name: 'LED BULB 9W', quantity: 2, unit_price: 6, amount: 12 }),
        expect.objectContaining({ name: 'EXTENSION CORD', quantity: 1, unit_price: 18.5, amount: 18.5 }),
      ],
    });
  });

  it('reads the same where the recogniser dropped every space', () => {
    expect(read(whole.map((row) => row.replace(/ /g, '')))).toMatchObject({
      ...expected,
      company: 'BRIGHTLAMPTRADINGSDNBHD',
    });
  });

  it('reads the same where letters and digits were confused in the words', () => {
    const confused = whole.map((row) => row.replace(/TOTAL/g, 'T0TAI').replace('SUB ', '5UB '));
    expect(read(confused)).toMatchObject({ total: 32.35, subtotal: 30.5 });
  });

  it('says where each value came from', () => {
    const lines = sampleLines(whole);
    const { fields } = readReceipt(rowsOf(lines));
    expect(lines[fields.total!.lines[0]!]!.text).toBe('32.35');
    expect(fields.address!.lines.map((at) => lines[at]!.text)).toContain('SELANGOR');
  });
});

describe('total', () => {
  it.each<[string, number | undefined, string[]]>([
    ['the grand total before the subtotal', 21.2, ['SUBTOTAL|20.00', 'GST|1.20', 'GRAND TOTAL|21.20']],
    [
      'what includes tax',
      106,
      ['TOTAL SALES (EXCLUDING GST)|100.00', 'TOTAL GST|6.00', 'TOTAL SALES (INCLUSIVE OF GST)|106.00'],
    ],
    ['the rounded total', 9.85, ['TOTAL|9.86', 'ROUNDING|-0.01', 'ROUNDED TOTAL (RM)|9.85']],
    ['the second of two that the rounding joins', 9.85, ['TOTAL|9.86', 'ROUNDING|-0.01', 'TOTAL|9.85']],
    ['no quantity and no discount', 44, ['TOTAL QTY|7.00', 'TOTAL DISCOUNT|90.00', 'TOTAL|44.00']],
    ['what cash and change confirm', 13.5, ['TOTAL|31.50', 'TOTAL|13.50', 'CASH|20.00', 'CHANGE|6.50']],
    ['cash less change when no total is printed', 7.3, ['BREAD|7.30', 'CASH|10.00', 'CHANGE|2.70']],
    ['cash alone', 12, ['TEA|12.00', 'CASH|RM 12.00']],
    ['an amount in the row below its label', 15.4, ['TOTAL', '15.40', 'CASH', '20.00']],
    ['two pairs in one row', 5, ['TOTAL 5.00 CASH 10.00|CHANGE 5.00']],
    ['an amount without cents', 350, ['মোট|৳৩৫০']],
    ['an amount with a dollar sign', 7.1, ['TOTAL AMOUNT: $7.10', 'GST @6%: $0.40', 'NETT TOTAL: $7.10']],
    ['a refund', -1.73, ['TOTAL 0% SUPPLIES:|12.98', 'GST|-0.84', 'TOTAL PAYABLE:|-1.73']],
    ['nothing where nothing is labelled', undefined, ['TEA|2.00', 'BREAD|3.00']],
  ])('is %s', (_name, expected, rows) => expect(totalOf(...rows)).toBe(expected));
});

describe('company', () => {
  const companyOf = (...rows: string[]) => (read(rows) as { company?: string }).company;

  it.each<[string, string, string[]]>([
    [
      'joined with a legal form in the next line',
      'GREEN LEAF VEGETARIAN RESTAURANT SDN BHD',
      ['GREEN LEAF VEGETARIAN', 'RESTAURANT SDN BHD', '(1234567-X)'],
    ],
    [
      'joined over an open bracket',
      'STONE & SONS (PETALING JAYA) SDN BHD',
      ['STONE & SONS (PETALING', 'JAYA) SDN BHD', 'LOT 4, JALAN BATU'],
    ],
    ['not a title', 'CORNER SHOP', ['TAX INVOICE', 'CORNER SHOP', 'NO. 1, JALAN SATU']],
    ['the owner named in the same line', 'MAKAN ENAK SDN BHD', ['KAFE', 'DIMILIKI: MAKAN ENAK SDN BHD 1234567-W']],
    [
      'the shop, where its owner is named further below',
      'PAPER STATIONERY SHOP',
      ['PAPER STATIONERY SHOP', 'NO. 9, JALAN DUA', 'OWNED BY :', 'PAPER SUPPLY SDN BHD'],
    ],
    ['nothing that only labels a number', 'BAKE HOUSE', ['BAKE HOUSE', 'ROC NO. : (1234567-A)']],
    ['without its registration', 'ACME (M) SDN BHD', ['ACME (M) SDN BHD (CO. REG NO: 123456-A)']],
  ])('is %s', (_name, expected, rows) => expect(companyOf(...rows)).toBe(expected));

  it('is a name with a street in it, but no line of the address', () => {
    expect(companyOf('HARBOUR LANE GROCERS', '27 HARBOUR LANE, BRISTOL BS1 4QA')).toBe('HARBOUR LANE GROCERS');
    expect(companyOf('K3-113, JL MELATI', '80300 JOHOR BAHRU')).toBeUndefined();
  });

  it('is nothing where only numbers stand', () => {
    expect(companyOf('123', '45.60', '-')).toBeUndefined();
  });
});

describe('date', () => {
  const dateOf = (...rows: string[]) => (read(rows) as { date?: string }).date;

  it('prefers the sale to promotions and expiries', () => {
    expect(dateOf('VALID UNTIL 31/12/2018', 'DATE: 01/06/2018 10:00')).toBe('2018-06-01');
    expect(dateOf('CARD EXP 11/10/2022', '02/06/2018 18:30')).toBe('2018-06-02');
  });

  it('warns where day and month could change places', () => {
    const warnings = (row: string) => readReceipt(rowsOf(sampleLines([row]))).warnings;
    expect(warnings('DATE 03/04/2018')).toHaveLength(1);
    expect(warnings('DATE 23/04/2018')).toHaveLength(0);
  });
});
