import { isLetter } from './characters.ts';
import { squash } from './keywords.ts';
import { type Tag, WORDS } from './label-words.ts';
import { vocabulary } from './vocabulary.ts';

const TAGS = [...new Set<Tag>([...WORDS.map(([tag]) => tag), 'cash', 'rate', 'amount', 'contained', 'rounding'])];
const BIT = Object.fromEntries(TAGS.map((tag, at) => [tag, 1 << at])) as Record<Tag, number>;
/** What a pattern is worth looking for: the words of which one is in whatever it matches. */
const HINTS = {
  cash: ['CASH', 'TUNAI', 'BAR', 'BARGELD', 'CONTANT', 'ESPECES', 'EFECTIVO', 'নগদ'],
  round: ['ROUND'],
  tax: ['SST', 'VAT'],
  taxWord: ['PST', 'TVA', 'BTW', 'IVA', 'MVA', 'UST', 'HST', 'QST', 'KDV', 'PPN', 'DPH', 'MOMS'],
  gstin: ['GSTIN'],
  items: ['ITEMS'],
  rates: ['STEUER', 'TVA'],
} as const;
type Hint = keyof typeof HINTS;
const HINT = Object.fromEntries(Object.keys(HINTS).map((hint, at) => [hint, 1 << (TAGS.length + at)])) as Record<
  Hint,
  number
>;
const ALL_TAGS = (1 << TAGS.length) - 1;

const bitsOf = vocabulary([
  ...WORDS.map(([tag, words, nearly]) => ({ bits: BIT[tag], words, nearly })),
  ...(Object.keys(HINTS) as Hint[]).map((hint) => ({ bits: HINT[hint], words: HINTS[hint] })),
]);

const CASH_WORD =
  /CASH(?!I|B|SA|REF|ROU|BACK|MEM)|TUNAI|^(?:GEG(?:EBEN)?)?BAR(?:EUR)?$|^BARGEID|^CONTANT|^ESPECES|^EFECTIVO|নগদ/;
/** Short names of taxes, which are parts of other words. */
const TAX_WORD = /(?<!\p{L})(?:TVA|BTW|IVA|MVA|UST|HST|PST|QST|KDV|PPN|DPH|MOMS)(?!\p{L})/iu;
/** The same where spaces may be lost, but not in PRIVATE, ELEVATOR or BONUS STAMPS. */
const TAX_LETTERS = /^SST|TOTAISST|SST(?=ID|NO|REG|PAY|AMT|$)|(?<!RI|ER)VAT(?!E|OR|ION)/;
/** "MwSt 7.7% inkl." and "inkl. 19% MwSt.", where the amount is the tax. */
const CONTAINED_THERE =
  /^(?:MWST|UST|TVA|IVA|BTW|MOMS).{0,6}IN[CK][IL]|^(?:DAVON|DARIN|IN[CK]I|DONT|DICUI|WAARVAN|VARAV).{0,14}(?:MWST|UST|TVA|IVA|BTW|MOMS)$/;
const CONTAINED =
  /^(?!TOTA[IL](?!INCIUDES)).*(?:(?:GST|SST|VAT|TAX).{0,6}INCI(?:UDED|UNEA|USIVEIN|INTOTA)|TOTAIINCIUDES|^INCIUD(?:ES|ING|ED)(?:GST|SST|VAT|TAX|SAIESTAX)OF)/;
/** "Steuer % Netto Steuer Brutto" heads the taxes of a German bill. */
const RATES = /STEUER.{0,12}NETTO|NETTO.{0,12}STEUER|TVA.{0,12}HT|HT.{0,8}TVA.{0,8}TTC/;

/** What a label says about the amount beside it. */
export function tagsOf(label: string): ReadonlySet<Tag> {
  // Most of a table's columns have no word.
  if (!hasLetter(label)) return NONE;
  const squashed = squash(label);
  if (squashed.length < 2) return NONE;
  const found = bitsOf(squashed);
  let bits = found & ALL_TAGS;
  if (found & HINT.cash && CASH_WORD.test(squashed)) bits |= BIT.cash;
  // Ground coffee is no rounding.
  if (found & HINT.round && /(?<!G)ROUND/.test(squashed)) bits |= BIT.rounding;
  if (found & HINT.tax && TAX_LETTERS.test(squashed)) bits |= BIT.tax;
  if (found & HINT.taxWord && TAX_WORD.test(label)) bits |= BIT.tax;
  if (found & HINT.gstin && /GSTIN(?!C)/.test(squashed)) bits |= BIT.identity;
  if (found & HINT.items && /^ITEMS|ITEMS$/.test(squashed)) bits |= BIT.count;
  if (found & HINT.rates && RATES.test(squashed)) bits |= BIT.summary;
  bits |= wholeLabel(squashed);
  if (label.includes('%') && /\d ?%/.test(label)) bits |= BIT.rate;
  if (
    bits & BIT.tax &&
    (bits & BIT.inclusive
      ? CONTAINED.test(squashed) || CONTAINED_THERE.test(squashed)
      : found & HINT.taxWord && CONTAINED_THERE.test(squashed))
  ) {
    bits = (bits | BIT.contained) & ~(BIT.inclusive | BIT.total | BIT.final);
  }
  if (bits & BIT.final) bits |= BIT.total;
  return setOf(bits);
}

/** What a label says that is one word and no more. */
function wholeLabel(squashed: string): number {
  if (squashed.length > LONGEST_WHOLE) return 0;
  if (squashed === 'CREDIT' || squashed === 'CREDITRM') return BIT.card;
  if (squashed === 'TIP' || squashed === 'TIPS') return BIT.extra;
  return /^(NET)?(AMOUNT|AMT)(RM|TK|RS)?$/.test(squashed) ? BIT.amount : 0;
}

const LONGEST_WHOLE = 11;
const NONE: ReadonlySet<Tag> = new Set();
/** Sets that were asked for; labels say few different things. */
const sets = new Map<number, ReadonlySet<Tag>>([[0, NONE]]);
const MAX_SETS = 4096;

function setOf(bits: number): ReadonlySet<Tag> {
  const known = sets.get(bits);
  if (known) return known;
  const fresh = new Set(TAGS.filter((tag) => bits & BIT[tag]));
  if (sets.size < MAX_SETS) sets.set(bits, fresh);
  return fresh;
}

function hasLetter(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (isLetter(text.charCodeAt(at))) return true;
  return false;
}
