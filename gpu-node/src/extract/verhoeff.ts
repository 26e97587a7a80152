/** Multiplication in the dihedral group D5, from which Verhoeff built his checksum. */
const PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PERMUTATION = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Whether a number's last digit is its Verhoeff check digit, which finds every single wrong digit and every swap. */
export function verhoeffHolds(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false;
  let check = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    check = Number(PRODUCT[check]![Number(PERMUTATION[at % 8]![digit])]);
  }
  return check === 0;
}
