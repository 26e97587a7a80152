import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';
import { sampleBarcode, sampleLines } from './sample-lines.ts';

const read = (...rows: string[]) => extractFields('product', sampleLines(rows), []).structured;

describe('product', () => {
  it('reads a shelf label', () => {
    expect(
      read('SPECIAL OFFER', '#CREAMY PEANUT BUTTER', 'QTY: 12', 'SKU: PB-340', 'RM 15.90', '6291041500213'),
    ).toEqual({
      product_name: 'CREAMY PEANUT BUTTER',
      quantity: 12,
      unit: 'pcs',
      sku: 'PB-340',
      price: 15.9,
      currency: 'MYR',
      barcode: '6291041500213',
      gtin: '06291041500213',
    });
  });

  it('reads a pack with Bengali digits', () => {
    expect(read('#সোনালী চা', 'মূল্য ৳১২০', 'EXP 30/11/2026')).toMatchObject({
      product_name: 'সোনালী চা',
      price: 120,
      currency: 'BDT',
      expiry_date: '2026-11-30',
    });
  });

  it('joins a name of two large lines and leaves small print', () => {
    expect(read('#GOLDEN', '#SUNFLOWER OIL', 'INGREDIENTS: SUNFLOWER OIL').product_name).toBe('GOLDEN SUNFLOWER OIL');
  });

  it('prefers the price of today', () => {
    expect(read('WAS $9.99', 'NOW $7.49', '$1.20 PER 100G').price).toBe(7.49);
  });

  it('prefers the decoded barcode, which has no line', () => {
    const { structured, fields } = extractFields('product', sampleLines(['6291041500213']), [
      sampleBarcode('96385074', 'EAN8'),
    ]);
    expect(structured.barcode).toBe('96385074');
    expect(fields.barcode).toEqual({ value: '96385074', confidence: 0.97, line: null, lines: [], polygon: null });
  });

  it('takes no printed number whose check digit is wrong', () => {
    expect(read('6291041500214').barcode).toBeUndefined();
  });
});

describe('net content', () => {
  it.each([
    ['NET WT 500 G', { quantity: 500, unit: 'g' }],
    ['6 x 330 ml', { quantity: 330, unit: 'ml', pack_count: 6 }],
    ['1,5 L', { quantity: 1.5, unit: 'l' }],
    ['12 pcs', { quantity: 12, unit: 'pcs' }],
    ['Inhalt: 0,75 l', { quantity: 0.75, unit: 'l' }],
  ])('of %j', (row, expected) => {
    expect(read('#GOLDEN OIL', row)).toMatchObject(expected);
  });

  it('is neither what 100 g hold nor what a unit costs', () => {
    expect(read('PROTEIN 12 G', 'ENERGY 120 KCAL PER 100 G').quantity).toBeUndefined();
    expect(read('RM 3.50 per 100 g').quantity).toBeUndefined();
    expect(read('SUGAR FREE BISCUITS', 'NET WEIGHT', '250g', 'SUGARS 5 G')).toMatchObject({ quantity: 250, unit: 'g' });
  });
});

describe('unit price', () => {
  it.each([
    ['RM 3.50/kg', 3.5, 'kg'],
    ['€1.99 / 100 g', 1.99, '100 g'],
    ['1 kg = 3,98 €', 3.98, 'kg'],
    ['$0.25 per oz', 0.25, 'oz'],
  ])('of %j', (row, unit_price, unit_price_per) => {
    expect(read('APPLES', row)).toMatchObject({ unit_price, unit_price_per });
  });

  it('is not the price', () => {
    expect(read('#APPLES', '€ 2.99', '€5.98/kg')).toMatchObject({
      price: 2.99,
      unit_price: 5.98,
      unit_price_per: 'kg',
    });
  });
});

describe('brand', () => {
  it('is told by its label, its mark or a line of another size above the name', () => {
    expect(read('#OAT BISCUITS', 'Brand: Harvest Lane').brand).toBe('Harvest Lane');
    expect(read('#OAT BISCUITS', 'Harvest Lane® quality').brand).toBe('Harvest Lane');
    const [brand, name] = sampleLines(['Harvest Lane', '#OAT BISCUITS']);
    const larger = name!.polygon.map(([x, y]): [number, number] => [x, y > 50 ? y + 14 : y]);
    const { structured, fields } = extractFields('product', [brand!, { ...name!, polygon: larger }], []);
    expect(structured).toMatchObject({ brand: 'Harvest Lane', product_name: 'OAT BISCUITS' });
    expect(fields.brand!.confidence).toBeLessThan(0.7);
    expect(read('#OAT BISCUITS', 'crunchy and light').brand).toBeUndefined();
  });
});

describe('codes and dates', () => {
  const product = (rows: string[], ...codes: ReturnType<typeof sampleBarcode>[]) =>
    extractFields('product', sampleLines(rows), codes).structured;

  it('gives the GTIN of the decoded code before printed digits, in 14 digits', () => {
    expect(product(['6291041500213'], sampleBarcode('4006381333931'))).toMatchObject({
      barcode: '4006381333931',
      gtin: '04006381333931',
    });
    expect(product([], sampleBarcode('036000291452', 'UPCA')).gtin).toBe('00036000291452');
  });

  it('takes no number for a GTIN that shops give within themselves', () => {
    const weighed = product([], sampleBarcode('2012345006407'));
    expect(weighed.barcode).toBe('2012345006407');
    expect(weighed.gtin).toBeUndefined();
  });

  it('prefers what a GS1 code says of expiry and lot', () => {
    const code = {
      ...sampleBarcode('(01)04006381333931(17)270131(10)AB12', 'DataMatrix'),
      gs1: { elements: [], gtin: '04006381333931', expiry_date: '2027-01-31', lot: 'AB12' },
    };
    expect(product(['EXP 28/02/2027', 'LOT: ZZ99'], code)).toMatchObject({
      gtin: '04006381333931',
      expiry_date: '2027-01-31',
      lot: 'AB12',
    });
    expect(extractFields('barcode', [], [code]).structured).toMatchObject({ gtin: '04006381333931', lot: 'AB12' });
  });

  it('tells the day it was made from the day it expires', () => {
    expect(product(['MFG 01/02/2026', 'EXP 01/02/2027', 'BATCH NO: B771'])).toMatchObject({
      manufacture_date: '2026-02-01',
      expiry_date: '2027-02-01',
      lot: 'B771',
    });
  });
});
