import { countrySpecs, electronicFormatIBAN, isValidBIC, isValidIBAN } from 'ibantools';
import { MENDED_FACTOR } from './digits.ts';
import type { Found } from './found.ts';
import { type Cell, labelSet, nearLabels, type Sheet } from './label-values.ts';
import { mendByForm, mendUntil } from './mend-code.ts';
import { readingOf } from './row-readings.ts';

/**
 * A country, two check digits and what may be the rest, cut later by the length of its country. The look-ahead lets
 * forms overlap: a tax number before an IBAN must not swallow it.
 */
const FORM = /(?<![A-Z0-9])(?=([A-Z]{2} ?[0-9OQDILZSB]{2}(?: ?[A-Z0-9]){11,36}))[A-Z]/g;
/** Malta's has seven, all others more. */
const FEWEST_DIGITS = 6;
/** Forms whose check digits are worked out; an invoice has a handful. */
const MAX_TRIES = 100;
const IBAN_LABELS = labelSet(['[I1L]BAN(?: ?(?:NO|NR|NUMBER|CODE))?(?![A-Z])', 5]);
const BIC_LABELS = labelSet(['(?:BIC ?(?:/ ?SWIFT)?|SWIFT ?(?:/ ?BIC)?)(?:[ -]?CODE)?(?![A-Z])', 5]);

/**
 * The first IBAN whose check digits hold; else one that its label names, mended if its check digits then hold. Without
 * spaces.
 */
export function findIban(sheet: Sheet): Found | undefined {
  let tries = 0;
  for (const cell of sheet.flat()) {
    for (const { value } of ibansIn(cell, 0)) {
      if (++tries > MAX_TRIES) break;
      if (isValidIBAN(value)) return toFound(cell, value, false, 'passed');
    }
  }
  const [named] = nearLabels(sheet, IBAN_LABELS, ibansIn).sort((a, b) => b.score - a.score);
  if (!named) return undefined;
  const mended = isValidIBAN(withBank(named.value))
    ? withBank(named.value)
    : mendUntil(withBank(named.value), isValidIBAN, 2);
  return mended === undefined
    ? toFound(named.cell, named.value, false, 'failed')
    : toFound(named.cell, mended, true, 'passed');
}

function ibansIn({ line, folded }: Cell, from: number) {
  if (readingOf(line).digits < FEWEST_DIGITS || readingOf(line).letters < 2) return [];
  return [...folded.slice(from).matchAll(FORM)].map((match) => {
    const start = from + match.index;
    return { value: cut(match[1]!), start, end: start + match[1]!.length };
  });
}

/** Digits among the four letters of a bank, where a country has them, as the letters they are confused with. */
function withBank(iban: string): string {
  const { bban_regexp = '' } = countrySpecs[iban.slice(0, 2)] ?? {};
  const bank = /^\^\[A-Z\]\{4\}/.test(bban_regexp) ? mendByForm(iban.slice(4, 8), '@@@@') : undefined;
  return bank === undefined ? iban : iban.slice(0, 4) + bank + iban.slice(8);
}

function cut(printed: string): string {
  const compact = electronicFormatIBAN(printed) ?? '';
  return compact.slice(0, countrySpecs[compact.slice(0, 2)]?.chars ?? compact.length);
}

function toFound({ line }: Cell, value: string, mended: boolean, check: 'passed' | 'failed'): Found {
  const sure = check === 'failed' ? 0.4 : mended ? MENDED_FACTOR : 0.99;
  return { value, confidence: line.confidence * sure, lines: [line.index], check, ...(mended && { mended }) };
}

/** Beside its label only: many words have the form of a BIC. */
export function findBic(sheet: Sheet): Found | undefined {
  const found = nearLabels(sheet, BIC_LABELS, ({ folded }, from) =>
    [...folded.slice(from).matchAll(/(?<![A-Z0-9])[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Z0-9])/g)]
      .filter(([bic]) => isValidBIC(bic) && countrySpecs[bic.slice(4, 6)] !== undefined)
      .map((match) => ({ value: match[0], start: from + match.index, end: from + match.index + match[0].length })),
  ).sort((a, b) => b.score - a.score)[0];
  if (!found) return undefined;
  const { line } = found.cell;
  return { value: found.value, confidence: line.confidence * 0.9, lines: [line.index] };
}
