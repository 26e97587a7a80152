/**
 * Zeros among letters and Os among digits. The recogniser tells them apart by shape alone, and in most till fonts they
 * have the same; what stands around them decides. Words whose context leaves a doubt stay as they were read.
 */
export function mendLookalikes(word: string): string {
  const hasOtherDigits = /[1-9]/.test(word);
  const zerosMended = hasOtherDigits
    ? word
    : word.replace(/0+/g, (run, at: number) => (isAmongLetters(word, at, run.length) ? letters(run, word) : run));
  return zerosMended.replace(/O+/g, (run, at: number) =>
    isAmongDigits(zerosMended, at, run.length) ? '0'.repeat(run.length) : run,
  );
}

/** A letter on one side, and on the other a letter, a sign or the end of the word. */
function isAmongLetters(word: string, at: number, length: number): boolean {
  const before = word.slice(0, at);
  const after = word.slice(at + length);
  // 0.50 and RM0.50 are amounts; 0% is a rate.
  if (/^([.,]\d|%)/.test(after) || /\d[.,]$/.test(before)) return false;
  return /\p{L}$/u.test(before) || /^\p{L}/u.test(after);
}

function letters(run: string, word: string): string {
  return (/\p{Lu}/u.test(word) ? 'O' : 'o').repeat(run.length);
}

/** What may follow a quantity: after anything else, 16OZ are ounces and 2OFF may be "2 off". */
const UNIT = /^([GLMSVWX]|MM|CM|ML|GM|KG|PCS)(\P{L}|$)/iu;

/** A digit beside it and no word on the other side, or the whole part of a decimal number. */
function isAmongDigits(word: string, at: number, length: number): boolean {
  const before = word.slice(0, at);
  const after = word.slice(at + length);
  if (/^[.,]\d\d?$/.test(after)) return true;
  if (/\d$/.test(before)) return !/^\p{L}/u.test(after) || UNIT.test(after);
  return /^\d/.test(after) && !/\p{L}$/u.test(before);
}
