import { describe, expect, test } from 'vitest';
import { requestHash } from './request-hash.ts';

const bodySha256 = 'ab'.repeat(32);
const hash = (target: string, method = 'POST', body = bodySha256) => requestHash({ method, target, bodySha256: body });

describe('requests are the same', () => {
  test.each([
    ['/process', '/process?type=product'],
    ['/process?type=receipt&language=en,bn', '/process?language=bn%2Cen&type=receipt'],
    ['/process?confidence_threshold=.5', '/process?confidence_threshold=0.50'],
    ['/process?extract_barcodes=0', '/process?extract_barcodes=false'],
    ['/receipts?b=2&a=1', '/receipts?a=1&b=2'],
  ])('%s and %s', (one, other) => expect(hash(one)).toBe(hash(other)));
});

describe('requests differ', () => {
  test.each([
    ['/process', '/async'],
    ['/process', '/process?type=receipt'],
    ['/process?type=nonsense', '/process?type=rubbish'],
    ['/receipts?purchase_date=2026-11-01', '/receipts?purchase_date=2026-11-02'],
    ['/receipts', '/receipts?purchase_date=2026-11-02'],
  ])('%s and %s', (one, other) => expect(hash(one)).not.toBe(hash(other)));

  test('in method or body', () => {
    expect(hash('/a', 'PUT')).not.toBe(hash('/a'));
    expect(hash('/a', 'POST', 'cd'.repeat(32))).not.toBe(hash('/a'));
  });
});
