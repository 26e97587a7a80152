import type { Barcode } from '@edge-ocr/shared/contract/result';
import type { Found } from './found.ts';
import { isGtin, printedGtins } from './gtin.ts';
import { lineAt, type Row } from './layout.ts';
import { readingOf } from './row-readings.ts';

type Gs1Elements = NonNullable<Barcode['gs1']>;

export interface ProductCodes {
  barcode: Found | undefined;
  /** 14 digits, whatever the length of the code. */
  gtin: Found | undefined;
  lot: Found | undefined;
  /** The dates that a GS1 code carries; surer than what is printed. */
  expiry: Found | undefined;
  production: Found | undefined;
}

const LOT =
  /(?<![A-Z])(?:LOT|BATCH|B\.? ?NO|CHARGE|CHARGEN)(?: ?(?:NO|NR|NUMBER|CODE|#))?\.?\s{0,2}[:.#-]?\s{0,2}([A-Z0-9][A-Z0-9/-]{2,19})(?![A-Z0-9])/i;
/** The number is mostly right when its code was read, for check digits hold. */
const PRINTED_SURE = 0.9;
const SHORT_SURE = 0.6;
/** Digits of the shortest GTIN. */
const SHORTEST = 8;

/** Barcode, GTIN, lot and coded dates: a decoded code before printed digits, a GTIN before other codes. */
export function findCodes(rows: readonly Row[], barcodes: readonly Barcode[]): ProductCodes {
  const decoded = barcodes.find((code) => gtinOf(code)) ?? barcodes.find(({ value }) => isGtin(value)) ?? barcodes[0];
  const barcode = decoded ? toFound(decoded, decoded.value) : printed(rows);
  const number = decoded ? gtinOf(decoded) : barcode && gtin14(barcode.value);
  const coded = (pick: (elements: Gs1Elements) => string | undefined): Found | undefined => {
    const source = barcodes.find(({ gs1 }) => gs1 && pick(gs1) !== undefined);
    return source && toFound(source, pick(source.gs1!)!);
  };
  return {
    barcode,
    gtin: barcode && number ? { ...barcode, value: number, check: 'passed' } : undefined,
    lot: coded(({ lot }) => lot) ?? printedLot(rows),
    expiry: coded((gs1) => calendarDate(gs1.expiry_date ?? gs1.best_before ?? gs1.sell_by)),
    production: coded((gs1) => calendarDate(gs1.production_date)),
  };
}

function toFound({ confidence }: Barcode, value: string): Found {
  return { value, confidence, lines: [] };
}

function gtinOf({ value, gtin, gs1, restricted }: Barcode): string | undefined {
  return restricted ? undefined : (gs1?.gtin ?? gtin ?? gtin14(value));
}

/** Some elements name a month alone. */
function calendarDate(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
}

/**
 * The 14 digits of a GTIN whose check digit holds; undefined for numbers that shops give within themselves (prefixes 02,
 * 04 and 20 to 29, GTIN-8 that begin with 0 or 2) and for coupons (05, 98, 99): the same number is another thing next door.
 */
export function gtin14(value: string): string | undefined {
  if (!isGtin(value)) return undefined;
  if (value.length === 8) return /^[02]/.test(value) ? undefined : value.padStart(14, '0');
  const padded = value.padStart(14, '0');
  return /^\d(?:0[245]|2\d|9[89])/.test(padded) ? undefined : padded;
}

function printed(rows: readonly Row[]): Found | undefined {
  for (const row of rows) {
    for (const line of row.lines) {
      const { plain, digits } = readingOf(line);
      if (digits < SHORTEST) continue;
      const [gtin] = printedGtins(plain, {
        short: row.lines.length === 1 && /^\W*[\d ]+\W*$/.test(line.text),
      });
      if (!gtin) continue;
      const sure = gtin.length > 8 ? PRINTED_SURE : SHORT_SURE;
      return { value: gtin, confidence: line.confidence * sure, lines: [line.index] };
    }
  }
  return undefined;
}

function printedLot(rows: readonly Row[]): Found | undefined {
  for (const row of rows) {
    if (readingOf(row).digits === 0) continue;
    const match = LOT.exec(row.text);
    if (!match || !/\d/.test(match[1]!)) continue;
    const line = lineAt(row, match.index + match[0].length - 1);
    return { value: match[1]!, confidence: 0.85 * line.confidence, lines: [line.index] };
  }
  return undefined;
}
