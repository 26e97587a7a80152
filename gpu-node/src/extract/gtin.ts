import { isGtin } from '@edge-ocr/shared/gtin';

export { checkDigit, isGtin, toGtin14 } from '@edge-ocr/shared/gtin';

/**
 * GTINs printed in a text, spaces between digit groups allowed ("8 901234 567894"). Eight digits pass the check by
 * chance one time in ten, and dates look the same, so they count only when `short` allows.
 */
export function printedGtins(text: string, { short = false } = {}): string[] {
  const runs = text.match(/(?<![\d.,/:-])\d(?: ?\d){7,13}(?![\d.,/:-]\d|\d)/g) ?? [];
  return runs.map((run) => run.replace(/ /g, '')).filter((digits) => isGtin(digits) && (short || digits.length > 8));
}
