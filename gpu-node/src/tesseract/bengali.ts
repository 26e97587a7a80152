/** Bengali as it is stored: one form for what looks the same. */

/** Zero-width joiners and spaces, marks of direction, soft hyphens: nothing of it is printed. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
/** ৎ as it was spelled before Unicode 4.1 gave it a code point, and as Tesseract still writes it. */
const OLD_KHANDA_TA = /ত্[\u200c\u200d]/g;
const BENGALI_LETTERS = /[\u0980-\u09ff]/gu;
const LETTERS = /[\p{L}\p{N}]/gu;

/**
 * NFC, which spells ড় ঢ় য় as letter and dot (Unicode excludes their one-character forms from composition), without
 * what is not seen. Digits stay Bengali digits: fields are parsed from them.
 */
export function normaliseBengali(text: string): string {
  return text.normalize('NFC').replace(OLD_KHANDA_TA, 'ৎ').replace(INVISIBLE, '').replaceAll('৷', '।');
}

/** ASCII digits that look like another digit of Bengali. */
const LOOKALIKES: Record<string, string> = { '8': '৪', '0': '০' };

/**
 * A word whose digits are of both scripts: nobody prints such numbers. Tesseract writes 8 for ৪, or both for the one that is
 * there. What looks like no other digit is left.
 */
export function mendMixedDigits(word: string): string {
  if (!/[০-৯]/.test(word)) return word;
  return word.replace(/8(?=৪)|(?<=৪)8/g, '').replace(/[80]/g, (digit) => LOOKALIKES[digit]!);
}

/** Share of a text's letters and digits that are Bengali, 0 to 1; 0 where there are none. */
export function bengaliShare(text: string): number {
  const bengali = [...text.matchAll(BENGALI_LETTERS)].length;
  const others = [...text.matchAll(LETTERS)].filter(([letter]) => letter < '\u0980' || letter > '\u09ff').length;
  return bengali + others === 0 ? 0 : bengali / (bengali + others);
}
