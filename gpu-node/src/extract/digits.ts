const BENGALI_ZERO = 0x09e6;

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

/** Bengali digits as ASCII ones; the text keeps its length, so offsets stay true. */
export function asciiDigits(text: string): string {
  return text.replace(/[০-৯]/g, (digit) => String(digit.charCodeAt(0) - BENGALI_ZERO));
}

/** Every look-alike letter as its digit; callers decide that the text is a number. */
export function mendDigits(text: string): string {
  return text.replace(/[OoQDlI|ZSsB]/g, (letter) => LOOKALIKES[letter]!);
}

/** What is left of a confidence once a digit had to be mended. */
export const MENDED_FACTOR = 0.7;
