/** Lengths of GTIN-8, -12 (UPC-A), -13 (EAN) and -14. */
const LENGTHS = new Set([8, 12, 13, 14]);

/** Whether a number is 8, 12, 13 or 14 digits whose last one is the right GS1 check digit. */
export function isGtin(digits: string): boolean {
  if (!/^\d+$/.test(digits) || !LENGTHS.has(digits.length) || /^0+$/.test(digits)) return false;
  return checkDigit(digits.slice(0, -1)) === Number(digits.at(-1));
}

/** The GS1 check digit for the digits before it: weights 3 and 1 from the right. */
export function checkDigit(body: string): number {
  let sum = 0;
  for (let at = 0; at < body.length; at++) sum += Number(body[body.length - 1 - at]) * (at % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}

/**
 * GTINs printed in a text, spaces between digit groups allowed ("8 901234 567894"). Eight digits pass the check by
 * chance one time in ten, and dates look the same, so they count only when `short` allows.
 */
export function printedGtins(text: string, { short = false } = {}): string[] {
  const runs = text.match(/(?<![\d.,/:-])\d(?: ?\d){7,13}(?![\d.,/:-]\d|\d)/g) ?? [];
  return runs.map((run) => run.replace(/ /g, '')).filter((digits) => isGtin(digits) && (short || digits.length > 8));
}
