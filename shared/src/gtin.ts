/** Lengths of GTIN-8, -12 (UPC-A), -13 (EAN) and -14. */
const LENGTHS = new Set([8, 12, 13, 14]);

/** Whether a number is 8, 12, 13 or 14 digits whose last one is the right GS1 check digit. */
export function isGtin(digits: string): boolean {
  return LENGTHS.has(digits.length) && !/^0+$/.test(digits) && hasGs1CheckDigit(digits);
}

/** Whether digits, of any length, end in the GS1 check digit of those before: GTIN, SSCC, GLN, GSRN … */
export function hasGs1CheckDigit(digits: string): boolean {
  return /^\d{2,}$/.test(digits) && checkDigit(digits.slice(0, -1)) === Number(digits.at(-1));
}

/** The GS1 check digit for the digits before it: weights 3 and 1 from the right. */
export function checkDigit(body: string): number {
  let sum = 0;
  for (let at = 0; at < body.length; at++) sum += Number(body[body.length - 1 - at]) * (at % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}

/**
 * A GTIN-8, -12, -13 or -14 in the one form of 14 digits in which equal trade items are equal strings; undefined where the
 * check digit is wrong, and for anything else. UPC-E is expanded first, see expandUpce.
 */
export function toGtin14(digits: string): string | undefined {
  return isGtin(digits) ? digits.padStart(14, '0') : undefined;
}

/** The 12 digits of UPC-A that the 8 of UPC-E (number system, six digits, check digit) stand for; null for anything else. */
export function expandUpce(code: string): string | null {
  const match = /^([01])(\d)(\d)(\d)(\d)(\d)(\d)(\d)$/.exec(code);
  if (match === null) return null;
  const [, system, a, b, c, d, e, last, check] = match;
  if (last! <= '2') return `${system}${a}${b}${last}0000${c}${d}${e}${check}`;
  if (last === '3') return `${system}${a}${b}${c}00000${d}${e}${check}`;
  if (last === '4') return `${system}${a}${b}${c}${d}00000${e}${check}`;
  return `${system}${a}${b}${c}${d}${e}0000${last}${check}`;
}

/** The 8 digits of UPC-E that print a UPC-A in short, as GS1 prescribes the choice; null where it has no short form. */
export function compressUpca(code: string): string | null {
  const match = /^([01])(\d{5})(\d{5})(\d)$/.exec(code);
  if (match === null) return null;
  const [, system, maker, item, check] = match as unknown as [string, string, string, string, string];
  const body = shortBody(maker, item);
  return body === null ? null : `${system}${body}${check}`;
}

/** GS1 General Specifications 5.2.2.4.2: the rule that leaves most zeros out comes first. */
function shortBody(maker: string, item: string): string | null {
  if (/^..[012]00$/.test(maker) && item.startsWith('00')) return `${maker.slice(0, 2)}${item.slice(2)}${maker[2]}`;
  if (maker.endsWith('00') && item.startsWith('000')) return `${maker.slice(0, 3)}${item.slice(3)}3`;
  if (maker.endsWith('0') && item.startsWith('0000')) return `${maker.slice(0, 4)}${item.slice(4)}4`;
  if (item.startsWith('0000') && item[4]! >= '5') return `${maker}${item[4]}`;
  return null;
}
