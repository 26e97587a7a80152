import { hasGs1CheckDigit } from '@edge-ocr/shared/gtin';
import { type Identifier, identifier, leadingIdentifier } from './gs1-identifiers.ts';

/** One application identifier with its value, as a symbol holds it. */
export interface Gs1Element {
  readonly ai: string;
  /** GS1's data title, such as BATCH/LOT. */
  readonly title: string;
  readonly value: string;
  /** Where the identifier has one. */
  readonly check_digit?: 'valid' | 'invalid';
  /** Too long, too short, or of characters that the identifier does not allow; the value is as read. */
  readonly malformed?: true;
}

/** What FNC1 becomes in the data, and what ends an element of variable length. */
const SEPARATOR = '\x1d';

/** The longest data of any GS1 symbol is a DataMatrix's 3,116 digits. */
const MAX_LENGTH = 8000;

/**
 * The elements of a GS1 symbol's data: identifiers and values one after another, those of variable length ended by a
 * separator. Null when they cannot be told apart, as behind an identifier that is not known.
 */
export function parseElementString(data: string): Gs1Element[] | null {
  if (data.length > MAX_LENGTH) return null;
  const elements: Gs1Element[] = [];
  for (let at = 0; at < data.length; ) {
    if (data[at] === SEPARATOR) {
      at++; // superfluous behind an element of predefined length, but allowed
      continue;
    }
    const ai = leadingIdentifier(data.slice(at, at + 4));
    if (ai === undefined) return null;
    const { predefined, max } = identifier(ai)!;
    const start = at + ai.length;
    const separator = data.indexOf(SEPARATOR, start);
    const end = separator < 0 ? data.length : separator;
    if (predefined && end - start < max) return null; // cut short: no GS1 data, though the symbol says so
    at = predefined ? start + max : end;
    elements.push(gs1Element(ai, data.slice(start, at)));
  }
  return elements.length > 0 ? elements : null;
}

/**
 * The elements of a text as it is printed under a symbol, such as (01)09521234543213(10)AB. A value may hold parentheses
 * itself, so only those around a known identifier count. Null for any other text.
 */
export function parseBracketed(text: string): Gs1Element[] | null {
  if (text.length > MAX_LENGTH || !text.startsWith('(')) return null;
  const marks = [...text.matchAll(/\((\d{2,4})\)/g)].filter(([, ai]) => identifier(ai!) !== undefined);
  if (marks[0]?.index !== 0) return null;
  return marks.map((mark, i) =>
    gs1Element(mark[1]!, text.slice(mark.index + mark[0].length, marks[i + 1]?.index ?? text.length)),
  );
}

/** As printed under the symbol: every identifier in parentheses. */
export function formatBracketed(elements: readonly Gs1Element[]): string {
  return elements.map(({ ai, value }) => `(${ai})${value}`).join('');
}

/** @param ai is a known identifier. */
export function gs1Element(ai: string, value: string): Gs1Element {
  const { title, checked, ...form } = identifier(ai)!;
  return {
    ai,
    title,
    value,
    ...(checked !== undefined && {
      check_digit: hasGs1CheckDigit(value.slice(0, checked)) && value.length >= checked ? 'valid' : 'invalid',
    }),
    ...(!isWellFormed(value, form) && { malformed: true }),
  };
}

/** General Specifications 7.11: the 82 characters that an element may hold; 39 of them, and what base 64 for the web adds. */
const CHARSETS: Record<Identifier['charset'], RegExp> = {
  n: /^\d*$/,
  x: /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z#]*$/,
  z: /^[\w=-]*$/,
};

function isWellFormed(value: string, { charset, min, max }: Pick<Identifier, 'charset' | 'min' | 'max'>): boolean {
  return value.length >= min && value.length <= max && CHARSETS[charset].test(value);
}
