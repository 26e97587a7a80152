import { describe, expect, it } from 'vitest';
import { rowsOf } from './layout.ts';
import { findRegistrationNumber, findTaxId } from './registration.ts';
import { sampleLines } from './sample-lines.ts';

const registration = (...rows: string[]) => findRegistrationNumber(rowsOf(sampleLines(rows)))?.value;
const taxId = (...rows: string[]) => findTaxId(rowsOf(sampleLines(rows)))?.value;

describe('registration number', () => {
  it.each([
    ['ACME SDN BHD (765432-K)', '765432-K'],
    ['(765432K)', '765432K'],
    ['CO. REG NO: 765432-K', '765432-K'],
    ['ROC NO. : (765432-K)', '765432-K'],
    ['COMPANY REG. NO.: 201901000005 (765432-K)', '201901000005'],
    ['ABN 51 824 753 556', '51824753556'],
    ['UEN: 201912345K', '201912345K'],
    ['CIN: U72200KA2009PLC049889', 'U72200KA2009PLC049889'],
  ])('of %s', (row, number) => expect(registration('ACME', row)).toBe(number));

  it.each(['TEL: 03-8765 4321', 'GST REG NO: 001234567890', 'INVOICE NO: 765432-K', 'NO. 8, JALAN 3/2', '14/08/2018'])(
    'none in %s',
    (row) => expect(registration(row)).toBeUndefined(),
  );
});

describe('tax number', () => {
  it.each([
    ['GST ID: 001234567890', '001234567890'],
    ['(GST Reg. No : 001234567890)', '001234567890'],
    ['GST ID No: 001234567890 | TAX INVOICE', '001234567890'],
    ['GST 1D: 001234567890', '001234567890'],
    ['GST ID: 0012 3456 7890', '001234567890'],
    ['GSTIN: 29AAGCB7383J1Z4', '29AAGCB7383J1Z4'],
    ['VAT REG NO: GB123456789', 'GB123456789'],
    ['VAT No GB 123 4567 89', 'GB123456789'],
    ['GSTID:001234567890', '001234567890'],
    ['GSTREGNO.001234567890', '001234567890'],
    ['BIN: 000123456-0101', '000123456-0101'],
  ])('of %s', (row, number) => expect(taxId(row)).toBe(number));

  it.each(['TAX INVOICE NO: CS00012514', 'GST 6% 1.83', 'TAX INVOICE', 'TOTAL GST 5.37'])('none in %s', (row) =>
    expect(taxId(row)).toBeUndefined(),
  );
});
