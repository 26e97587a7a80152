export type FieldValue = string | number | null;

/** Far below any coin: a sum that settled a value may have left the last bit of it off. */
const SMALLEST_DIFFERENCE = 1e-6;

/**
 * Whether a value that was read is the one that a person says: amounts as numbers, text (dates, too) after upper-casing
 * and dropping all that is neither letter nor digit. Two nulls are the same: there is no such field, and none was read.
 */
export function sameValue(read: FieldValue, said: FieldValue): boolean {
  if (typeof read === 'string' && typeof said === 'string') return sameText(read, said);
  if (typeof read === 'number' && typeof said === 'number') return Math.abs(read - said) < SMALLEST_DIFFERENCE;
  return read === said;
}

function sameText(read: string, said: string): boolean {
  const [a, b] = [bare(read), bare(said)];
  // Signs alone, such as a currency's, are compared as they are.
  return a === b && (a !== '' || read.trim() === said.trim());
}

/** Vowel signs stay: in Bengali and its relatives they tell words apart. */
export function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}
