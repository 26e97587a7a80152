/** ISO 4217, or a sign that several countries share. */
export type CurrencyMark = string;

interface MarkAt {
  currency: CurrencyMark;
  start: number;
  end: number;
}

const MARKS: Record<string, CurrencyMark> = {
  '৳': 'BDT',
  BDT: 'BDT',
  TK: 'BDT',
  টাকা: 'BDT',
  '₹': 'INR',
  INR: 'INR',
  RS: 'INR',
  RM: 'MYR',
  MYR: 'MYR',
  USD: 'USD',
  US$: 'USD',
  '€': 'EUR',
  EUR: 'EUR',
  '£': 'GBP',
  GBP: 'GBP',
  S$: 'SGD',
  SGD: 'SGD',
  A$: 'AUD',
  AUD: 'AUD',
  C$: 'CAD',
  CAD: 'CAD',
  HK$: 'HKD',
  HKD: 'HKD',
  NZD: 'NZD',
  JPY: 'JPY',
  CNY: 'CNY',
  RMB: 'CNY',
  THB: 'THB',
  '฿': 'THB',
  IDR: 'IDR',
  RP: 'IDR',
  PHP: 'PHP',
  '₱': 'PHP',
  '₫': 'VND',
  VND: 'VND',
  '₩': 'KRW',
  KRW: 'KRW',
  PKR: 'PKR',
  LKR: 'LKR',
  AED: 'AED',
  SAR: 'SAR',
  CHF: 'CHF',
  $: '$',
  '¥': '¥',
  '￥': '¥',
};

const NAMES = Object.keys(MARKS)
  .sort((a, b) => b.length - a.length)
  .map((name) => name.replace(/\$/g, '\\$'))
  .join('|');
// A recogniser that drops spaces glues RM to the word before it: "TOTALRM20.00".
const BEFORE = new RegExp(`(?:^|[^A-Z]|(?<=[A-Z]{3})(?=RM))(${NAMES})[.:]?\\s?[-–−]?\\s?$`, 'i');
const AFTER = new RegExp(`^\\s?[/]?(${NAMES})(?![A-Za-z])`, 'i');
const WINDOW = 10;

/** The currency just left of an offset, as in "RM 20.00" or "Rs. 5"; a sign between them stays inside. */
export function currencyBefore(text: string, offset: number): MarkAt | undefined {
  const from = Math.max(0, offset - WINDOW);
  const match = BEFORE.exec(text.slice(from, offset));
  if (!match) return undefined;
  const start = from + match.index + match[0].indexOf(match[1]!);
  return { currency: MARKS[match[1]!.toUpperCase()]!, start, end: offset };
}

export function currencyAfter(text: string, offset: number): MarkAt | undefined {
  const match = AFTER.exec(text.slice(offset, offset + WINDOW));
  if (!match) return undefined;
  return { currency: MARKS[match[1]!.toUpperCase()]!, start: offset, end: offset + match[0].length };
}

/** A heading such as "AMOUNT (RM)" names the currency of the column. */
const HEADING = new RegExp(`\\((${NAMES})\\)`, 'i');

const COUNTRIES: [RegExp, CurrencyMark, Record<string, CurrencyMark>][] = [
  [/\bSDN\b|SDN\.?\s?BHD|MALAYSIA|SELANGOR|KUALA ?LUMPUR|JOHOR|\bJALAN\b|\bJLN\b/i, 'MYR', { $: 'MYR' }],
  [/SINGAPORE|\bPTE\.? ?LTD/i, 'SGD', { $: 'SGD' }],
  [/BANGLADESH|DHAKA|CHITTAGONG|CHATTOGRAM|ঢাকা|বাংলাদেশ|\bBIN\s?:?\s?\d{9}/i, 'BDT', {}],
  [/\bINDIA\b|\bGSTIN\b|MUMBAI|DELHI|KOLKATA|BENGALURU|CHENNAI/i, 'INR', {}],
  [/AUSTRALIA|\bABN\b/i, 'AUD', { $: 'AUD' }],
  [/HONG ?KONG/i, 'HKD', { $: 'HKD' }],
  [/CANADA|\bHST\b/i, 'CAD', { $: 'CAD' }],
  [/\bJAPAN\b|TOKYO|税/i, 'JPY', { '¥': 'JPY' }],
  [/\bCHINA\b|中国/i, 'CNY', { '¥': 'CNY' }],
  [/\bGMBH\b|DEUTSCHLAND|MWST/i, 'EUR', {}],
  [/UNITED KINGDOM|\bLONDON\b|\bVAT REG/i, 'GBP', {}],
];

export interface CurrencyGuess {
  currency: string;
  /** How sure: 1 printed beside amounts, less when only the country tells. */
  certainty: number;
}

/**
 * The currency of a document.
 * @param marks Currencies printed beside its amounts, one entry an amount.
 * @param texts All its rows.
 */
export function guessCurrency(marks: readonly CurrencyMark[], texts: readonly string[]): CurrencyGuess | undefined {
  const country = texts.length > 0 ? findCountry(texts) : undefined;
  const printed = mostFrequent([...marks, ...texts.flatMap(headingMark)]);
  if (printed && printed.length === 3) return { currency: printed, certainty: 1 };
  if (printed)
    return { currency: country?.[2][printed] ?? (printed === '¥' ? 'JPY' : 'USD'), certainty: country ? 0.8 : 0.6 };
  return country && { currency: country[1], certainty: 0.5 };
}

function headingMark(text: string): CurrencyMark[] {
  const match = HEADING.exec(text);
  return match ? [MARKS[match[1]!.toUpperCase()]!] : [];
}

function findCountry(texts: readonly string[]) {
  const scored = COUNTRIES.map((country) => ({ country, hits: texts.filter((text) => country[0].test(text)).length }));
  const best = scored.reduce((a, b) => (b.hits > a.hits ? b : a));
  return best.hits > 0 ? best.country : undefined;
}

function mostFrequent(items: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
