import { describe, expect, it } from 'vitest';
import { findDocuments } from './documents.ts';
import { rowsOf } from './layout.ts';
import { sampleLines } from './sample-lines.ts';
import { verhoeffHolds } from './verhoeff.ts';

const find = (...rows: string[]) => findDocuments(rowsOf(sampleLines(rows)));
const read = (...rows: string[]) => find(...rows).documents.map(({ kind, number, valid }) => ({ kind, number, valid }));

describe('verhoeffHolds', () => {
  it('holds for the published example and for no other last digit', () => {
    const holding = [...'0123456789'].filter((digit) => verhoeffHolds(`236${digit}`));
    expect(holding).toEqual(['3']);
  });

  it('finds every swap of neighbours that differ', () => {
    expect(verhoeffHolds('2363')).toBe(true);
    expect(['3263', '2633', '2336'].some(verhoeffHolds)).toBe(false);
  });
});

/** Twelve digits whose checksum holds; no number of a person. */
const AADHAAR = `22223333444${[...'0123456789'].find((digit) => verhoeffHolds(`22223333444${digit}`))}`;

describe('findDocuments', () => {
  it('reads a PAN with its holder’s letter', () => {
    expect(read('Permanent Account Number', 'ABCPK1234L')).toEqual([
      { kind: 'pan', number: 'ABCPK1234L', valid: true },
    ]);
    expect(read('ABCXK1234L')).toEqual([{ kind: 'pan', number: 'ABCXK1234L', valid: false }]);
  });

  it('mends letters among a PAN’s digits', () => {
    expect(read('ABCPK1Z3OL')).toEqual([{ kind: 'pan', number: 'ABCPK1230L', valid: true }]);
  });

  it('checks an Aadhaar number by its checksum', () => {
    const spaced = AADHAAR.replace(/(\d{4})(?=\d)/g, '$1 ');
    const wrong = `${AADHAAR.slice(0, -1)}${(Number(AADHAAR.at(-1)) + 1) % 10}`;
    expect(read(spaced)).toEqual([{ kind: 'aadhaar', number: AADHAAR, valid: true }]);
    expect(read(wrong)).toEqual([]);
    expect(read('GOVERNMENT OF INDIA', wrong)).toEqual([{ kind: 'aadhaar', number: wrong, valid: false }]);
  });

  it('reads licence, passport and UDYAM numbers', () => {
    expect(read('DL No. MH12 20110012345')).toEqual([
      { kind: 'driving_licence', number: 'MH1220110012345', valid: true },
    ]);
    expect(read('PASSPORT', 'J8369854')).toEqual([{ kind: 'passport', number: 'J8369854', valid: true }]);
    expect(read('UDYAM-MH-18-0012345')).toEqual([{ kind: 'udyam', number: 'UDYAM-MH-18-0012345', valid: true }]);
  });

  it('lists a number once, and takes none from words or receipts', () => {
    expect(read('ABCPK1234L', 'ABCPK1234L')).toHaveLength(1);
    expect(read('TOTAL 12.00', 'J8369854', 'SOLD BILLS', '9555221301081')).toEqual([]);
  });
});

describe('what a document tells', () => {
  it('has its line, confidence and check', () => {
    const [document] = find('GOVERNMENT OF INDIA', AADHAAR).documents;
    expect(document).toMatchObject({ kind: 'aadhaar', check: 'passed', lines: [1] });
    expect(document!.confidence).toBeGreaterThan(0.9);
  });

  it('asks for review where a checksum fails, without telling the number', () => {
    const wrong = `${AADHAAR.slice(0, -1)}${(Number(AADHAAR.at(-1)) + 1) % 10}`;
    const { checks } = find('GOVERNMENT OF INDIA', wrong);
    expect(checks).toMatchObject([{ name: 'aadhaar_check_digit', passed: false, fields: ['documents'] }]);
    expect(checks[0]!.message).toContain(wrong.slice(-4));
    expect(checks[0]!.message).not.toContain(wrong.slice(0, 8));
  });

  it('leaves out a number that fails its checksum beside one that holds', () => {
    const wrong = `${AADHAAR.slice(0, -1)}${(Number(AADHAAR.at(-1)) + 1) % 10}`;
    expect(read('AADHAAR', wrong, AADHAAR)).toEqual([{ kind: 'aadhaar', number: AADHAAR, valid: true }]);
  });

  it('mends a letter in an Aadhaar number only where the checksum then holds', () => {
    const misread = AADHAAR.replace('3333', '33E3');
    expect(read('AADHAAR', misread)).toEqual([]);
    const zero = `22223333407${[...'0123456789'].find((digit) => verhoeffHolds(`22223333407${digit}`))}`;
    const [document] = find('AADHAAR', zero.replace('40', '4O')).documents;
    expect(document).toMatchObject({ number: zero, valid: true, mended: true });
  });
});
