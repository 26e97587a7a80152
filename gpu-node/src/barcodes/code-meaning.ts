import type { CodeMeaning } from '@edge-ocr/shared/contract/barcode';
import { hasGs1CheckDigit, toGtin14 } from '@edge-ocr/shared/gtin';
import type { DecodedBarcode } from './decoded.ts';
import { parseDigitalLink } from './digital-link.ts';
import { type Gs1Element, parseBracketed, parseElementString } from './gs1.ts';
import { gs1Content } from './gs1-content.ts';

/** What a value means by GS1's rules; empty for a value that is none of theirs. */
export function codeMeaning({ type, value, elementString, printed, addon }: DecodedBarcode): CodeMeaning {
  const elements = gs1Elements(value, elementString);
  if (elements !== null) return gs1Meaning(elements);
  const number = itemNumber(type, value);
  if (number === null) return {};
  return { ...number, ...(printed !== undefined && { printed }), ...(addon !== undefined && { addon }) };
}

function gs1Elements(value: string, elementString: string | undefined): Gs1Element[] | null {
  if (elementString !== undefined) return parseElementString(elementString) ?? parseBracketed(value);
  return parseDigitalLink(value);
}

function gs1Meaning(elements: readonly Gs1Element[]): CodeMeaning {
  const gs1 = gs1Content(elements);
  const checks = new Set(elements.map((element) => element.check_digit));
  return {
    ...(checks.has('invalid') ? { check_digit: 'invalid' } : checks.has('valid') && { check_digit: 'valid' }),
    ...(gs1.gtin !== undefined && worldwide(gs1.gtin)),
    gs1,
  };
}

function itemNumber(type: DecodedBarcode['type'], value: string): CodeMeaning | null {
  const isEan = type === 'EAN13' || type === 'EAN8' || type === 'UPCA' || type === 'UPCE';
  const isCarton = type === 'ITF' && /^\d{14}$/.test(value);
  if (!isEan && !isCarton) return null;
  if (!hasGs1CheckDigit(value)) return { check_digit: 'invalid' };
  return { check_digit: 'valid', ...worldwide(value), ...(type === 'EAN13' && publication(value)) };
}

/** The number as a GTIN, unless it is one that means something else in every shop. */
function worldwide(digits: string): CodeMeaning {
  if (isRestricted(digits)) return { restricted: true };
  const gtin = toGtin14(digits);
  return gtin === undefined ? {} : { gtin };
}

/**
 * GS1 prefixes 02, 04 and 20 to 29 (UPC-A number systems 2 and 4), and RCN-8 with 0 or 2, are for circulation within a
 * company or a region: shops encode prices and weights in them, each country in its own way.
 */
function isRestricted(digits: string): boolean {
  // A GTIN-14 packs a GTIN-13: its first digit says how.
  if (digits.length === 8) return /^[02]/.test(digits);
  return /^(?:0[24]|2)/.test(digits.slice(-13).padStart(13, '0'));
}

function publication(ean: string): CodeMeaning {
  if (ean.startsWith('978')) return { isbn: ean, isbn10: withCheck11(ean.slice(3, 12)) };
  // 979-0 are ISMN, printed music.
  if (/^979[1-9]/.test(ean)) return { isbn: ean };
  return ean.startsWith('977') ? { issn: withCheck11(ean.slice(3, 10)) } : {};
}

/** The check of ISBN-10 and ISSN: weights from 2 on, from the right, modulo 11, with X for ten. */
function withCheck11(body: string): string {
  const sum = [...body].reverse().reduce((total, digit, i) => total + Number(digit) * (i + 2), 0);
  const check = (11 - (sum % 11)) % 11;
  return body + (check === 10 ? 'X' : check);
}
