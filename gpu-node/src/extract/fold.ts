import { unitMapper } from './characters.ts';

/** Marks that stand for the O of "No": degree, ordinal and ring. */
const ROUND = new Set(['°', 'º', '˚', 'ø', 'Ø', '⁰']);
const BEYOND_ASCII = /[\u0080-\uffff]/;

/**
 * Upper case without accents, character by character, so that offsets stay true: "Échéance n° 5" gives "ECHEANCE NO 5".
 */
export function fold(text: string): string {
  return BEYOND_ASCII.test(text) ? foldUnits(text) : text.toUpperCase();
}

const foldUnits = unitMapper((mark) => {
  if (ROUND.has(mark)) return 'O';
  if (mark === '’' || mark === '‘' || mark === '´') return "'";
  const plain = mark.normalize('NFD')[0]!.toUpperCase();
  // "ß" has no upper case of one character.
  return plain.length === 1 ? plain : mark === 'ß' ? 'S' : '?';
});
