import { MENDED_FACTOR, mendDigits } from './digits.ts';
import type { Found } from './found.ts';
import { lineAt, type Row } from './layout.ts';
import { readingOf } from './row-readings.ts';

/** The head of a receipt, where a company names itself; some do at the foot. */
const HEAD_ROWS = 20;
const FOOT_ROWS = 15;
const GAP = '[\\s.:#()-]{0,6}';
/** A number with its separators: at least four digits in a row somewhere. */
const CODE =
  '([A-Z]{0,3}[ -]?\\d[\\dA-Z]*(?:[ ./-]?(?=[A-Z]{0,3}\\d)[\\dA-Z]+){0,5}(?: ?- ?[A-Z](?![A-Z\\d])| [A-Z](?![A-Z\\d]))?)';

const COMPANY_NUMBER = new RegExp(
  `(?:\\bCO(?:MPANY)?\\.? ?-?(?:REG(?:ISTRATION)?|NO)\\b\\.?|\\bROC\\b|\\bROB\\b|\\bBRN\\b|\\bUEN\\b|\\bCIN\\b|\\bABN\\b|\\bACN\\b|\\bCRN\\b|\\bSIREN\\b|\\bSIRET\\b|\\bHRB\\b|\\bKVK\\b|\\bCNPJ\\b|\\bREG(?:ISTRATION|D)?\\.? ?NO\\b|\\bBUSINESS ?(?:REG|NO))(?:${GAP}(?:REG(?:ISTRATION)?|NO|NR|NUMBER)\\b)?${GAP}${CODE}`,
  'i',
);
/** The forms that Malaysian companies print behind or below their name: 123456-X, and before it a number of 12 digits. */
const MALAYSIAN =
  /(?<![\dA-Z-])((?:(?:19|20)\d{10} ?\(?)?(?:[A-Z]{2})?\d{4,10} ?- ?[A-Z](?![A-Z\d])\)?|\(\d{5,10} ?[A-Z]\))/i;
const TAX_NUMBER = new RegExp(
  `(?:GSTIN|\\b(?:G\\.?S\\.?T|SST|VAT|TAX)(?=\\W|ID|NO|REG)\\.?|\\bTIN\\b|\\bBIN\\b|\\bTRN\\b|\\bNPWP\\b|\\bUID\\b|\\bUST\\b|\\bBTW\\b|\\bNIF\\b|\\bCIF\\b|\\bP\\.? ?IVA\\b|\\bEIN\\b)(?:${GAP}(?:ID|10|1D|IO|REGISTRATION|REGN?|REF|NO|NR|NUMBER|CODE|UIN|NUM)(?=NO|[^A-Z]|$)){0,3}${GAP}(?:CBP )?${CODE}`,
  'i',
);
const TAX_LABEL =
  /\b(?:GSTIN|TIN|BIN|TRN|NPWP|UID|NIF|CIF|EIN)\b|(?:\b|GST|SST|VAT|TAX|REG)(?:ID|10|1D|IO|REG|REGISTRATION|REGN|REF|NO|NR|NUMBER)(?:NO)?(?![A-Z])/i;
const FEWEST_DIGITS = 5;

/** The number under which the company is registered, without what labels it. */
export function findRegistrationNumber(rows: readonly Row[]): Found | undefined {
  const ends = headAndFoot(rows);
  return (
    first(ends, (text) => (isTax(text) ? null : COMPANY_NUMBER.exec(text)), 0.92) ??
    first(
      rows.slice(0, HEAD_ROWS),
      (text) => (/\b(?:TEL|FAX|PHONE|INV|BILL)|@/i.test(text) || isTax(text) ? null : MALAYSIAN.exec(text)),
      0.85,
    )
  );
}

/** The number under which the company pays its tax on sales. */
export function findTaxId(rows: readonly Row[]): Found | undefined {
  return first([...rows], (text) => (TAX_LABEL.test(text) ? TAX_NUMBER.exec(text) : null), 0.92);
}

function isTax(text: string): boolean {
  return /\b(?:GST|SST|VAT|TAX|TIN|BIN)\b/i.test(text);
}

function headAndFoot(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= HEAD_ROWS + FOOT_ROWS) return rows;
  return [...rows.slice(0, HEAD_ROWS), ...rows.slice(-FOOT_ROWS)];
}

function first(
  rows: readonly Row[],
  seek: (text: string) => RegExpExecArray | null,
  certainty: number,
): Found | undefined {
  for (const row of rows) {
    const { plain, digits } = readingOf(row);
    if (digits < FEWEST_DIGITS || !/\d{3}/.test(row.text)) continue;
    const match = seek(plain);
    const printed = match?.[1];
    if (!match || !printed) continue;
    const value = tidy(printed);
    if ((value.match(/\d/g)?.length ?? 0) < FEWEST_DIGITS) continue;
    const line = lineAt(row, match.index + match[0].length - 1);
    const mended = value !== withoutGaps(printed);
    const confidence = line.confidence * certainty * (mended ? MENDED_FACTOR : 1);
    return { value, confidence, lines: [line.index], ...(mended && { mended }) };
  }
  return undefined;
}

/** Without brackets and gaps; a letter among digits is one that was misread, but for the first and the last. */
function tidy(printed: string): string {
  return withoutGaps(printed).replace(/(?<=\d)[OoIlSB|]+(?=\d{2})/g, mendDigits);
}

function withoutGaps(printed: string): string {
  return printed
    .replace(/[()]/g, ' ')
    .trim()
    .replace(/(?<=\d|^[A-Z]{2,3})\s+(?=\d)/g, '')
    .replace(/\s*-\s*/g, '-')
    .replace(/\s+/g, ' ');
}
