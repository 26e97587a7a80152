const SHOWN = 4;
/** Digits of any script, and the letters that recognisers write for them. */
const D = '[\\p{Nd}OoQDlI|ZSsB]';
const STARTS = '(?<![\\p{L}\\p{Nd}])';
const ENDS = '(?![\\p{L}\\p{Nd}])';
/** Lines of a passport's machine-readable zone hold a name, a birth date and the number: nothing of them is shown. */
const MACHINE_READABLE = /[A-Z0-9<«‹ ]{10,}/g;
const MRZ_LENGTHS = new Set([30, 36, 44]);

/** Each with how many digits it must hold, so that words made of look-alike letters stay readable. */
const NUMBERS: { pattern: RegExp; digits: number }[] = [
  // Aadhaar. The last group of a UUID has twelve digits as well; it follows a hex digit and a hyphen.
  { pattern: new RegExp(`${STARTS}(?<![0-9a-f]-)${D}{4}[ -]?${D}{4}[ -]?${D}{4}${ENDS}`, 'gu'), digits: 8 },
  { pattern: new RegExp(`UDYAM ?- ?[A-Z]{2} ?- ?${D}{2} ?- ?${D}{7}${ENDS}`, 'giu'), digits: 5 },
  // Driving licence: state, office, year, number.
  {
    pattern: new RegExp(`${STARTS}[A-Z]{2}[ -]?${D}{2}[A-Z]?[ /-]{0,3}${D}{4}[ -]?${D}{7}${ENDS}`, 'giu'),
    digits: 8,
  },
  // PAN.
  { pattern: new RegExp(`${STARTS}[A-Z]{5} ?${D}{4} ?[A-Z]${ENDS}`, 'giu'), digits: 2 },
  // Passports that are one or two letters and digits, such as those of India, Japan and Italy.
  { pattern: new RegExp(`${STARTS}[A-Z]{1,2} ?${D}{7}${ENDS}`, 'giu'), digits: 5 },
  // Any other form beside its word.
  { pattern: /(?<=PASSPORT(?: ?(?:NO|NUMBER|#))?\.?[ :#-]{1,3})[A-Z\d]{6,12}(?![A-Z\d])/gi, digits: 2 },
];

/**
 * A text that may go into a log: of Aadhaar, PAN, UDYAM, driving licence and passport numbers the last four characters
 * are left ("XXXX XXXX 1234"), of machine-readable lines none. It masks too much rather than too little.
 */
export function maskIdentityNumbers(text: string): string {
  let masked = text.replace(MACHINE_READABLE, (run) => (isMachineReadable(run) ? run.replace(/[A-Z0-9]/g, 'X') : run));
  for (const { pattern, digits } of NUMBERS) {
    masked = masked.replace(pattern, (number) => (countDigits(number) >= digits ? maskIdentityNumber(number) : number));
  }
  return masked;
}

/** One number, its separators kept and all but its last four characters masked: "ABCPK1234L" gives "XXXXXX234L". */
export function maskIdentityNumber(number: string): string {
  const marks = [...number];
  let left = marks.filter(isShown).length - SHOWN;
  return marks.map((mark) => (isShown(mark) && left-- > 0 ? 'X' : mark)).join('');
}

function isMachineReadable(run: string): boolean {
  const compact = run.replace(/ /g, '');
  return /[<«‹]/.test(run) || (MRZ_LENGTHS.has(compact.length) && countDigits(run) >= 6 && /[A-Z]/.test(run));
}

function countDigits(text: string): number {
  return text.match(/\p{Nd}/gu)?.length ?? 0;
}

function isShown(mark: string): boolean {
  return /[\p{L}\p{Nd}|]/u.test(mark);
}
