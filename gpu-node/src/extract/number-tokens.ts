import { isDigit, isLetter } from './characters.ts';

const POINT = 46;
const COMMA = 44;
const SPACE = 32;

/**
 * Where the next number with its marks begins and ends, or undefined: "12.50", "1,234.56", "1. 50", ".50" and, with spaces
 * that cannot break a line, "12 345". A plain space follows a mark at most.
 */
export function nextNumber(text: string, from: number): { start: number; end: number } | undefined {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) return { start: at, end: endOf(text, at) };
    if (code === POINT && isFraction(text, at)) return { start: at, end: at + 3 };
  }
  return undefined;
}

/** ".50": two digits and no more, and nothing before the point that it could divide. */
function isFraction(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return digitsFrom(text, at + 1) === 2 && !isDigit(before) && !isLetter(before);
}

function endOf(text: string, start: number): number {
  let end = start + digitsFrom(text, start);
  for (;;) {
    const next = afterGroup(text, end);
    if (next === end) return end;
    end = next;
  }
}

/** The end of one more group of digits with the marks before it; the same offset where there is none. */
function afterGroup(text: string, at: number): number {
  let marks = 0;
  while (isMark(text.charCodeAt(at + marks))) marks++;
  if (marks > 0) {
    const digits = digitsFrom(text, at + marks);
    if (digits > 0) return at + marks + digits;
    const cents =
      isPointOrComma(text.charCodeAt(at)) && text.charCodeAt(at + 1) === SPACE && digitsFrom(text, at + 2) === 2;
    return cents && !isPointOrComma(text.charCodeAt(at + 4)) ? at + 4 : at;
  }
  return isFirmSpace(text.charCodeAt(at)) && digitsFrom(text, at + 1) === 3 ? at + 4 : at;
}

function digitsFrom(text: string, at: number): number {
  let count = 0;
  while (isDigit(text.charCodeAt(at + count))) count++;
  return count;
}

function isPointOrComma(code: number): boolean {
  return code === POINT || code === COMMA;
}

/** Points, commas and the apostrophes of Switzerland. */
function isMark(code: number): boolean {
  return code === POINT || code === COMMA || code === 39 || code === 0x2019;
}

function isFirmSpace(code: number): boolean {
  return code === 0xa0 || code === 0x202f || code === 0x2009;
}
