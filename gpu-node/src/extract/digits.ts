import { unitMapper } from './characters.ts';

/** Arabic-Indic, extended Arabic-Indic, Devanagari, Bengali and full-width digits, ten each. */
const FOREIGN_DIGITS = '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯０１２３４５６７８９';
const ASCII_FORMS = new Map([
  ...[...FOREIGN_DIGITS].map((digit, at) => [digit, String(at % 10)] as const),
  // Arabic decimal and thousands marks
  ['٫', '.'] as const,
  ['٬', ','] as const,
]);
const FOREIGN = new RegExp(`[${FOREIGN_DIGITS}٫٬]`);
/** No character below it is a foreign digit; most texts have none. */
const BEYOND_LATIN = /[\u0600-\uffff]/;
const withAsciiForms = unitMapper((mark) => ASCII_FORMS.get(mark) ?? mark);

/** Letters a recogniser writes for digits, for use inside numbers only. */
const LOOKALIKES: Record<string, string> = {
  O: '0',
  o: '0',
  Q: '0',
  D: '0',
  l: '1',
  I: '1',
  '|': '1',
  Z: '2',
  S: '5',
  s: '5',
  B: '8',
};

export const LOOKALIKE_CLASS = 'OoQDlI|ZSsB';

/** Digits of other scripts as ASCII ones; the text keeps its length, so offsets stay true. */
export function asciiDigits(text: string): string {
  if (!BEYOND_LATIN.test(text)) return text;
  return FOREIGN.test(text) ? withAsciiForms(text) : text;
}

/** Every look-alike letter as its digit; callers decide that the text is a number. */
export function mendDigits(text: string): string {
  return text.replace(/[OoQDlI|ZSsB]/g, (letter) => LOOKALIKES[letter]!);
}

export function isLookalike(letter: string | undefined): boolean {
  return letter !== undefined && letter in LOOKALIKES;
}

/** What is left of a confidence once a digit had to be mended. */
export const MENDED_FACTOR = 0.7;
