import { type CurrencyMark, currencyOf } from './currency-marks.ts';

/** A heading such as "AMOUNT (RM)" names the currency of the column. */
const HEADING = /\(([\p{L}\p{M}.]{0,4}\p{Sc}?)\)/u;

interface Country {
  words: RegExp;
  currency: CurrencyMark;
  /** What signs mean there that several countries share. */
  signs?: Record<string, CurrencyMark>;
}

const COUNTRIES: Country[] = [
  {
    words: /\bSDN\b|SDN\.?\s?BHD|MALAYSIA|SELANGOR|KUALA ?LUMPUR|JOHOR|\bJALAN\b|\bJLN\b/i,
    currency: 'MYR',
    signs: { $: 'MYR', R: 'MYR' },
  },
  { words: /SINGAPORE|\bPTE\.? ?LTD/i, currency: 'SGD', signs: { $: 'SGD' } },
  { words: /BANGLADESH|DHAKA|CHITTAGONG|CHATTOGRAM|ঢাকা|বাংলাদেশ|\bBIN\s?:?\s?\d{9}/i, currency: 'BDT' },
  { words: /\bINDIA\b|\bGSTIN\b|MUMBAI|DELHI|KOLKATA|BENGALURU|CHENNAI/i, currency: 'INR', signs: { Rs: 'INR' } },
  { words: /PAKISTAN|KARACHI|LAHORE|ISLAMABAD/i, currency: 'PKR', signs: { Rs: 'PKR' } },
  { words: /SRI ?LANKA|COLOMBO\b/i, currency: 'LKR', signs: { Rs: 'LKR' } },
  { words: /\bNEPAL\b|KATHMANDU/i, currency: 'NPR', signs: { Rs: 'NPR' } },
  { words: /AUSTRALIA|\bABN\b|\bNSW \d{4}|\bVIC \d{4}/i, currency: 'AUD', signs: { $: 'AUD' } },
  { words: /NEW ZEALAND|AUCKLAND/i, currency: 'NZD', signs: { $: 'NZD' } },
  { words: /HONG ?KONG|KOWLOON/i, currency: 'HKD', signs: { $: 'HKD' } },
  { words: /\bCANADA\b|\bHST\b|TORONTO|VANCOUVER/i, currency: 'CAD', signs: { $: 'CAD' } },
  { words: /\bMEXICO\b|MÉXICO|\bRFC\b/i, currency: 'MXN', signs: { $: 'MXN' } },
  { words: /TAIWAN|TAIPEI|統一編號/i, currency: 'TWD', signs: { $: 'TWD' } },
  { words: /\bJAPAN\b|TOKYO|税|消費税|合計/i, currency: 'JPY', signs: { '¥': 'JPY' } },
  { words: /\bCHINA\b|中国|人民币/i, currency: 'CNY', signs: { '¥': 'CNY' } },
  { words: /\bSVERIGE\b|SWEDEN|STOCKHOLM|\bMOMS\b.*\bSEK|KVITTO/i, currency: 'SEK', signs: { kr: 'SEK' } },
  { words: /\bNORGE\b|NORWAY|\bOSLO\b|\bMVA\b/i, currency: 'NOK', signs: { kr: 'NOK' } },
  { words: /DANMARK|DENMARK|KØBENHAVN|\bCVR\b/i, currency: 'DKK', signs: { kr: 'DKK' } },
  { words: /ICELAND|ÍSLAND|REYKJAV/i, currency: 'ISK', signs: { kr: 'ISK' } },
  { words: /SOUTH AFRICA|JOHANNESBURG|CAPE TOWN/i, currency: 'ZAR', signs: { R: 'ZAR' } },
  { words: /\bEGYPT\b|\bCAIRO\b|القاهرة/i, currency: 'EGP' },
  { words: /\bU\.?A\.?E\b|DUBAI|ABU ?DHABI/i, currency: 'AED' },
  { words: /SAUDI|RIYADH|JEDDAH/i, currency: 'SAR' },
  { words: /INDONESIA|JAKARTA|\bNPWP\b/i, currency: 'IDR' },
  { words: /PHILIPPINES|MANILA\b|QUEZON/i, currency: 'PHP' },
  { words: /THAILAND|BANGKOK/i, currency: 'THB' },
  { words: /VIETNAM|VIỆT NAM|HÀ NỘI/i, currency: 'VND' },
  {
    words: /\bGMBH\b|DEUTSCHLAND|\bMWST\b|\bB\.V\.|\bBTW\b|NEDERLAND|\bTVA\b|FRANCE\b|ESPAÑA|\bIVA\b|ITALIA/i,
    currency: 'EUR',
  },
  { words: /\bSCHWEIZ\b|\bSUISSE\b|SWITZERLAND|ZÜRICH/i, currency: 'CHF' },
  { words: /UNITED KINGDOM|\bLONDON\b|\bVAT REG/i, currency: 'GBP' },
];

/** What a shared sign means where no country tells. */
const USUAL: Record<string, string> = { $: 'USD', '¥': 'JPY', R: 'ZAR', kr: 'SEK', Rs: 'INR' };
const MAX_ROWS = 200;

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
  const printed = mostFrequent([...marks, ...texts.flatMap(headingMark)]);
  if (printed && printed.length === 3) return { currency: printed, certainty: 1 };
  const country = findCountry(texts);
  if (!printed) return country && { currency: country.currency, certainty: 0.5 };
  const told = country?.signs?.[printed];
  return { currency: told ?? USUAL[printed]!, certainty: told ? 0.8 : 0.6 };
}

function headingMark(text: string): CurrencyMark[] {
  if (!text.includes('(')) return [];
  const mark = HEADING.exec(text)?.[1];
  const currency = mark && currencyOf(mark);
  return currency ? [currency] : [];
}

/** Head and foot name the country; a list of goods between them does not. */
function findCountry(texts: readonly string[]): Country | undefined {
  const told = texts.length <= MAX_ROWS ? texts : [...texts.slice(0, MAX_ROWS / 2), ...texts.slice(-MAX_ROWS / 2)];
  // Most countries are named nowhere, which one look tells.
  const all = told.join('\n');
  let best: { country: Country; hits: number } | undefined;
  for (const country of COUNTRIES) {
    if (!country.words.test(all)) continue;
    const hits = told.filter((text) => country.words.test(text)).length;
    if (hits > (best?.hits ?? 0)) best = { country, hits };
  }
  return best?.country;
}

function mostFrequent(items: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
