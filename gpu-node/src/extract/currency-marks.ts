/** ISO 4217, or a sign that several countries share: $ ¥ R kr Rs. */
export type CurrencyMark = string;

/** How a currency is written. Codes stand for themselves; what is listed are its other marks. */
const MARKS_BY_CURRENCY: Record<string, string> = {
  AED: 'د.إ DHS DH AED',
  ARS: 'AR$',
  AUD: 'A$ AU$',
  BDT: '৳ TK টাকা TAKA',
  BGN: 'ЛВ',
  BHD: 'د.ب',
  BRL: 'R$',
  CAD: 'C$ CA$',
  CHF: 'SFR FR.',
  CLP: 'CL$',
  CNY: 'RMB 元 CN¥',
  COP: 'COL$',
  CRC: '₡',
  CZK: 'KČ',
  DZD: 'د.ج',
  EGP: 'E£ LE ج.م',
  EUR: '€',
  GBP: '£',
  GEL: '₾',
  GHS: 'GH₵ GH¢ ₵',
  HKD: 'HK$',
  HUF: 'FT',
  IDR: 'RP',
  ILS: '₪ NIS',
  INR: '₹ रु',
  IQD: 'د.ع',
  JOD: 'د.أ JD',
  JPY: '円',
  KES: 'KSH',
  KHR: '៛',
  KRW: '₩ 원',
  KWD: 'د.ك KD',
  KZT: '₸',
  LAK: '₭',
  LBP: 'ل.ل',
  LKR: 'SLRS',
  MAD: 'د.م',
  MNT: '₮',
  MXN: 'MX$',
  MYR: 'RM',
  NGN: '₦',
  NPR: 'NRS NPRS',
  NZD: 'NZ$',
  OMR: 'ر.ع',
  PEN: 'S/',
  PHP: '₱',
  PKR: 'PKRS',
  PLN: 'ZŁ ZL',
  PYG: '₲',
  QAR: 'ر.ق QR',
  RON: 'LEI',
  RUB: '₽ РУБ Р',
  SAR: 'ر.س',
  SGD: 'S$ SG$',
  THB: '฿ BAHT บาท',
  TND: 'د.ت DT',
  TRY: '₺ TL',
  TWD: 'NT$',
  TZS: 'TSH',
  UAH: '₴ ГРН',
  UGX: 'USH',
  USD: 'US$',
  VND: '₫ VNĐ Đ',
  XAF: 'FCFA',
  ZAR: 'ZAR',
};
const MORE_CODES = 'DKK NOK SEK ISK LKR NPR PKR MMK XOF MOP TND LYD UYU RSD ZMW ETB MUR BWP AZN AMD BYN UZS JMD TTD';
/** Codes that are English words; "RED PEN 2.00" has no currency. They count only behind an amount. */
const WORDS = new Set(['PEN', 'MAD', 'GEL', 'MOP', 'ALL', 'LE', 'DH', 'LEI', 'ETB', 'DT', 'P', 'Р', 'Đ', 'NIS']);
/** Signs that several countries share stand for themselves. */
const SHARED = { $: '$', '¥': '¥', '￥': '¥', R: 'R', KR: 'kr', RS: 'Rs' };

const MARKS = new Map<string, CurrencyMark>([
  ...[...Object.keys(MARKS_BY_CURRENCY), ...MORE_CODES.split(' ')].map((code) => [code, code] as const),
  ...Object.entries(MARKS_BY_CURRENCY).flatMap(([code, marks]) =>
    marks.split(' ').map((mark) => [mark, code] as const),
  ),
  ...Object.entries(SHARED),
]);
export const LONGEST_MARK = Math.max(...[...MARKS.keys()].map((mark) => mark.length));
const BY_FIRST = lengthsBy((mark) => mark[0]!);
const BY_LAST = lengthsBy((mark) => mark.at(-1)!);
const NO_LENGTHS: readonly number[] = [];

/** How long the marks are that have a letter in that place, longest first. */
function lengthsBy(place: (mark: string) => string): ReadonlyMap<number, readonly number[]> {
  const lengths = new Map<number, readonly number[]>();
  for (const mark of MARKS.keys()) {
    for (const letter of new Set([place(mark), place(mark).toLowerCase()])) {
      const code = letter.charCodeAt(0);
      lengths.set(
        code,
        [...new Set([...(lengths.get(code) ?? []), mark.length])].sort((a, b) => b - a),
      );
    }
  }
  return lengths;
}

const WITHOUT_DECIMALS = new Set('JPY KRW VND IDR CLP PYG UGX XAF XOF ISK LAK KHR HUF COP'.split(' '));
const THREE_DECIMALS = new Set('KWD BHD TND OMR JOD IQD LYD'.split(' '));
const POINT_GROUPS = new Set('EUR BRL TRY DKK kr ARS COP CLP IDR VND PYG UYU RON CRC ISK'.split(' '));
const SPACE_GROUPS = new Set('SEK NOK kr CZK HUF PLN RUB UAH BGN KZT ZAR R EUR XOF XAF UZS DKK'.split(' '));

/** How a currency's amounts are usually printed; what no currency tells has two decimals. */
export interface MoneyHabits {
  decimals: 0 | 2 | 3;
  /** Whether "1.250" is a thousand and more. */
  pointGroups: boolean;
  /** Whether "1 250" is one number. */
  spaceGroups: boolean;
}

export function habitsOf(currency: CurrencyMark | undefined): MoneyHabits {
  const mark = currency ?? '';
  return {
    decimals: THREE_DECIMALS.has(mark) ? 3 : WITHOUT_DECIMALS.has(mark) ? 0 : 2,
    pointGroups: POINT_GROUPS.has(mark) || WITHOUT_DECIMALS.has(mark),
    spaceGroups: SPACE_GROUPS.has(mark),
  };
}

/** The currency that a mark stands for, in any case but for R and Ft, which are too short or a measure. */
export function currencyOf(mark: string, { behind = false } = {}): CurrencyMark | undefined {
  const upper = mark.toUpperCase();
  if (upper === 'R' && (behind || mark !== 'R')) return undefined;
  if (upper === 'FT' && (!behind || mark !== 'Ft')) return undefined;
  if (!behind && WORDS.has(upper)) return undefined;
  return MARKS.get(upper);
}

/** Lengths of the marks that begin with a character, longest first. */
export function lengthsFrom(code: number): readonly number[] {
  return BY_FIRST.get(code) ?? NO_LENGTHS;
}

/** Lengths of the marks that end with a character, longest first. */
export function lengthsTo(code: number): readonly number[] {
  return BY_LAST.get(code) ?? NO_LENGTHS;
}
