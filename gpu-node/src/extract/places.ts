/** Words of seven letters and more that many addresses share: so long that one wrong letter leaves no doubt. */
const WORDS = new Set(
  (
    'SELANGOR MALAYSIA PETALING KEMBANGAN DAMANSARA PUCHONG SEREMBAN PUTRAJAYA CYBERJAYA PERSIARAN LEBUHRAYA KAWASAN SEKSYEN ' +
    'PERINDUSTRIAN INDUSTRIAL SARAWAK KELANTAN TERENGGANU SEMBILAN KINABALU KUCHING SINGAPORE DHANMONDI BANGLADESH CHITTAGONG ' +
    'CHATTOGRAM NARAYANGANJ BENGALURU HYDERABAD AHMEDABAD KARNATAKA MAHARASHTRA BUILDING SHOPPING COMPLEX KOMPLEKS'
  ).split(' '),
);
/** Second words of names of two, by the first. */
const PAIRS: Record<string, string> = {
  SHAH: 'ALAM',
  KUALA: 'LUMPUR',
  PETALING: 'JAYA',
  SUBANG: 'JAYA',
  JOHOR: 'BAHRU',
  PULAU: 'PINANG',
};
const LONGEST = 13;
const SHORTEST = 7;

/** "GELANGOR" is SELANGOR, and "SHAH ALAN" is SHAH ALAM; a word that is known, or is off by more, stays as printed. */
export function mendPlaces(text: string): string {
  let before = '';
  return text.replace(/[A-Za-z]+/g, (word) => {
    const upper = word.toUpperCase();
    const second = PAIRS[before];
    before = upper;
    if (second && upper.length === second.length && lettersOff(upper, second) === 1) return inCaseOf(word, second);
    if (upper.length < SHORTEST || upper.length > LONGEST || WORDS.has(upper)) return word;
    for (const known of WORDS) {
      if (known.length === upper.length && lettersOff(upper, known) === 1) return inCaseOf(word, known);
    }
    return word;
  });
}

function lettersOff(a: string, b: string): number {
  let off = 0;
  for (let at = 0; at < a.length && off < 2; at++) if (a[at] !== b[at]) off++;
  return off;
}

function inCaseOf(printed: string, word: string): string {
  return /[a-z]/.test(printed) ? word[0] + word.slice(1).toLowerCase() : word;
}
