import { mendDigits } from './digits.ts';

/** Words of names and addresses that are worth knowing when a recogniser has put digits into them. */
const WORDS =
  'LOT JALAN JLN TAMAN TMN LORONG NO FLOOR FLR GROUND LEVEL BLOCK UNIT BANDAR SEKSYEN KAWASAN PUSAT WISMA MENARA PLAZA ROAD STREET SDN BHD CO LTD ENTERPRISE TRADING RESTORAN RESTAURANT SHOP STORE HARDWARE STATIONERY KUALA LUMPUR SELANGOR JOHOR MALAYSIA';
const KNOWN = new Map(WORDS.split(' ').map((word) => [shape(word), word]));
const LETTERS: Record<string, string> = { '0': 'O', '1': 'I', '5': 'S', '8': 'B' };

/** What is left of a confidence once a word had to be mended. */
export const MENDED_WORDS_FACTOR = 0.9;

/** Letters and digits that recognisers confuse, made equal. */
function shape(word: string): string {
  return word
    .toUpperCase()
    .replace(/[1L|]/g, 'I')
    .replace(/[058]/g, (digit) => LETTERS[digit]!);
}

/**
 * A name or an address with letters and digits put right where the word leaves no doubt: "L0T" and "10T" are LOT,
 * "RE5TORAN" has one digit among letters, "4330O" is a postcode. "SS15", "1ST" and "99" stay as they are.
 */
export function mendWords(text: string): string {
  return text
    .replace(/[\p{L}\d|]+/gu, mendWord)
    .replace(/\bS[O0DU]N(\.? ?)B(?:IH|[IH1])D\b/gi, (_, gap: string) => `SDN${gap}BHD`)
    .replace(/(?<=\p{L}{3} )[S5]\/[B8]$/u, 'S/B');
}

function mendWord(word: string): string {
  if (!/\d/.test(word) || !/[\p{L}|]/u.test(word)) return word;
  const known = KNOWN.get(shape(word));
  if (known) return known;
  const digits = word.match(/\d/g)!.length;
  if (digits >= 3 && /^[\dOoIlSB|Z]{5}$/.test(word)) return mendDigits(word);
  if (/^\p{L}+00\p{L}+$/u.test(word) || /^(?=.{5,12}$)\p{L}{2,}[0158]\p{L}{2,}$/u.test(word)) {
    return word.replace(/[0158]/g, (digit) => LETTERS[digit]!);
  }
  return word.replace(/(?<=\d)[lI|](?=\d)/g, '1').replace(/(?<=\d)[Oo](?=\d)/g, '0');
}
