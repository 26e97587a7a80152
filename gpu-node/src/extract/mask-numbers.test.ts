import { describe, expect, it } from 'vitest';
import { maskIdentityNumber, maskIdentityNumbers } from './mask-numbers.ts';

describe('maskIdentityNumbers', () => {
  it.each([
    ['Aadhaar: 2222 3333 4444', 'Aadhaar: XXXX XXXX 4444'],
    ['222233334444', 'XXXXXXXX4444'],
    ['2222-3333-4444.', 'XXXX-XXXX-4444.'],
    ['২২২২ ৩৩৩৩ ৪৪৪৪', 'XXXX XXXX ৪৪৪৪'],
    ['2222 33S3 4444', 'XXXX XXXX 4444'],
    ['PAN ABCPK1234L', 'PAN XXXXXX234L'],
    ['{"number":"abcpk1234l"}', '{"number":"XXXXXX234l"}'],
    ['DL No. MH12 20110012345', 'DL No. XXXX XXXXXXX2345'],
    ['MH-1220110012345', 'XX-XXXXXXXXX2345'],
    ['UDYAM-MH-18-0012345', 'XXXXX-XX-XX-XXX2345'],
    ['passport J8369854,', 'passport XXXX9854,'],
    ['Passport No: C01X00T47', 'Passport No: XXXXX0T47'],
  ])('of %j leaves %j', (text, masked) => {
    expect(maskIdentityNumbers(text)).toBe(masked);
  });

  it('leaves nothing of machine-readable lines', () => {
    const name = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<';
    const data = 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';
    const full = 'L898902C36UTO7408122F1204159ZE184226B1234510';
    for (const line of [name, data, full]) expect(maskIdentityNumbers(line)).toMatch(/^[X<]{44}$/);
    expect(maskIdentityNumbers('L898902C36UTO7408122 F1204159ZE<<')).not.toMatch(/740812/);
  });

  it.each([
    '2026-11-02T10:20:30.123Z request 0191f3a2-7c4e-7b1a-9d2e-123456789012 took 1730543999123 ms',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'GET /api/v1/ocr/results/0191f3a2-7c4e-7b1a-9d2e-2f6a5f1e9c11 200',
    'BOIL SOIL SOLD',
    'a < b',
  ])('leaves %j alone', (text) => {
    expect(maskIdentityNumbers(text)).toBe(text);
  });

  it('ends soon on endless text', () => {
    for (const part of ['2', '2 ', 'A', 'MH12 ', 'P<', 'UDYAM-', 'PASSPORT ', 'l|']) {
      expect(maskIdentityNumbers(part.repeat(50_000)).length).toBeGreaterThan(0);
    }
  });
});

describe('maskIdentityNumber', () => {
  it('keeps separators and the last four characters', () => {
    expect(maskIdentityNumber('2222 3333 4444')).toBe('XXXX XXXX 4444');
    expect(maskIdentityNumber('123')).toBe('123');
  });
});
