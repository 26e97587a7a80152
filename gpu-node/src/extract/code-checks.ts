import type { Barcode, Check } from '@edge-ocr/shared/contract/result';

/** Numbers in codes whose check digits tell whether they hold: a wrong one may have been printed so, or read so. */
export function codeChecks(barcodes: readonly Barcode[]): Check[] {
  return barcodes
    .filter((code) => code.check_digit === 'invalid')
    .map((code) => ({
      name: 'barcode_check_digit',
      passed: false,
      fields: ['barcode'],
      message: `A check digit in the ${code.type} code ${code.value} does not hold`,
    }));
}
