/** Marks that stand for the O of "No": degree, ordinal and ring. */
const ROUND = new Set(['°', 'º', '˚', 'ø', 'Ø', '⁰']);

/**
 * Upper case without accents, character by character, so that offsets stay true: "Échéance n° 5" gives "ECHEANCE NO 5".
 */
export function fold(text: string): string {
  let folded = '';
  for (let at = 0; at < text.length; at++) folded += text.charCodeAt(at) < 128 ? text[at] : foldMark(text[at]!);
  return folded.toUpperCase();
}

function foldMark(mark: string): string {
  if (ROUND.has(mark)) return 'O';
  if (mark === '’' || mark === '‘' || mark === '´') return "'";
  const plain = mark.normalize('NFD')[0]!;
  // "ß" has no upper case of one character.
  return plain.toUpperCase().length === 1 ? plain : mark === 'ß' ? 's' : '?';
}
