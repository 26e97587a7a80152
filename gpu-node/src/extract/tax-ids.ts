import type { TaxId } from '@edge-ocr/shared/contract/result';
import { MENDED_FACTOR } from './digits.ts';
import type { Found } from './found.ts';
import { type Cell, type LabelSet, labelSet, nearLabels, type Sheet } from './label-values.ts';
import { mendByForm } from './mend-code.ts';
import { abnHolds, gstinHolds, VAT_PREFIXES, vatHolds } from './national-numbers.ts';
import { readingOf } from './row-readings.ts';

export interface FoundTaxId extends Found {
  kind: TaxId['kind'];
  country: string | undefined;
  party: TaxId['party'];
}

/** Digits by 9, letters by @, either by *; anything else stands for itself. As printed after the prefix. */
const FORMS: Record<string, readonly string[]> = {
  AT: ['U99999999'],
  BE: ['9999999999', '999999999'],
  BG: ['9999999999', '999999999'],
  CHE: ['999999999'],
  CY: ['99999999@'],
  CZ: ['9999999999', '999999999', '99999999'],
  DE: ['999999999'],
  DK: ['99999999'],
  EE: ['999999999'],
  EL: ['999999999'],
  ES: ['@99999999', '99999999@', '@9999999@'],
  FI: ['99999999'],
  FR: ['**999999999'],
  GB: ['999999999999', '999999999'],
  GR: ['999999999'],
  HR: ['99999999999'],
  HU: ['99999999'],
  IE: ['9999999@@', '9999999@', '9@99999@'],
  IT: ['99999999999'],
  LT: ['999999999999', '999999999'],
  LU: ['99999999'],
  LV: ['99999999999'],
  MT: ['99999999'],
  NL: ['999999999B99'],
  NO: ['999999999'],
  PL: ['9999999999'],
  PT: ['999999999'],
  RO: ['9999999999', '999999999', '99999999', '9999999', '999999'],
  SE: ['999999999999'],
  SI: ['99999999'],
  SK: ['9999999999'],
  XI: ['999999999'],
};
const DIGIT = '[0-9OQDILZSB]';
const CLASSES: Record<string, string> = { '9': DIGIT, '@': '[A-Z]', '*': '[A-Z0-9]' };
const PREFIX = new RegExp(
  `(?<![A-Z0-9])(${VAT_PREFIXES.sort((a, b) => b.length - a.length).join('|')})(?=[ .:-]{0,2}[A-Z0-9])`,
  'g',
);
const BODIES = Object.fromEntries(
  Object.entries(FORMS).map(([prefix, forms]) => [prefix, forms.map((form) => ({ form, pattern: spaced(form) }))]),
);
/** Every VAT number has more digits, of which some may have been misread. */
const DIGITS = /(?:[0-9][^0-9]{0,6}){4}/;
/** State, PAN, entity, Z and a check character. */
const GSTIN = /(?<![A-Z0-9])[A-Z0-9]{13}[Z2][A-Z0-9](?![A-Z0-9])/g;
const GSTIN_FORM = '99@@@@@9999@*Z*';

/** Words that name a tax number, with the countries that write them so. */
const NAMED: { labels: LabelSet; countries: readonly string[] }[] = [
  named('BTW(?:[ -]?(?:NR|NUMMER|ID|IDENTIFICATIENUMMER))?', 'NL', 'BE'),
  named('(?:P\\.? ?IVA|PARTITA ?IVA)', 'IT'),
  named('(?:NIPC|CONTRIBUINTE)(?: N[O0R])?', 'PT'),
  named('(?:NIF|CIF|N\\.I\\.F|C\\.I\\.F)', 'ES', 'PT', 'RO'),
  named('(?:UST|UMSATZSTEUER)[ .-]{0,2}(?:ID|IDENT)[A-Z. -]{0,24}', 'DE', 'AT'),
  named('UID(?:[ -]?(?:NR|NUMMER))?', 'AT', 'CHE'),
  named('(?:N[O0R] ?(?:DE )?)?TVA(?: ?INTRA[A-Z]*)?', 'FR', 'BE', 'LU'),
  named('NIP', 'PL'),
  named('(?:CVR|SE)[ -]?(?:NR|NUMMER|NO)', 'DK'),
  named('(?:MOMS(?:REG)?|ORG)[ .-]?(?:NR|NUMMER|NO)', 'SE', 'NO'),
  named('(?:VAT|TAX)(?: ?(?:ID|NO|REG(?:ISTRATION)?|NUMBER|#|\\/ ?TIN))*', 'GB', 'IE'),
];
const OTHER = labelSet([
  '(?:GST(?: ?(?:ID|NO|REG(?:ISTRATION)?))+|SST(?: ?(?:ID|NO|REG(?:ISTRATION)?))+|(?:VAT|TAX)(?: ?/ ?TIN| ?(?:ID|NO|REG(?:ISTRATION)?|NUMBER))+|TIN|BIN|EIN|USTID)(?![A-Z])[ .:#]{0,3}(?:NO|NUMBER)?',
  5,
]);
const ABN_LABELS = labelSet(['A\\.?B\\.?N\\.?(?![A-Z])', 5]);
/** Any of them: few lines hold one. */
const ANY_LABEL = new RegExp(
  [...NAMED.map(({ labels }) => labels.any), OTHER.any, ABN_LABELS.any].map(({ source }) => source).join('|'),
);
const BUYER =
  /(?:CUSTOMER|CLIENT|BUYER|RECIPIENT|YOUR|IHRE|KUNDEN|UW|KLANT|VOTRE|DEL CLIENTE|NABYWC)[A-Z]* ?(?:VAT|TAX|GST|UST|BTW|TVA|NIF|CIF|ABN|NIP)/;
/** Of seven; some may have been read as letters. */
const GSTIN_DIGITS = 4;
const MAX_IDS = 12;
/** Numbers whose check digits are worked out; an invoice has a handful. */
const MAX_TRIES = 60;

function named(words: string, ...countries: string[]): { labels: LabelSet; countries: readonly string[] } {
  return { labels: labelSet([`${words}(?![A-Z])`, 5]), countries };
}

/** A form with separators allowed between its characters, sticky. */
function spaced(form: string): RegExp {
  const body = [...form].map((mark) => CLASSES[mark] ?? mark).join('[ .-]?');
  return new RegExp(`[ .:-]{0,2}(${body})(?:[ -]?(?:MWST|TVA|IVA|MVA))?(?![A-Z0-9])`, 'y');
}

/**
 * Tax numbers of both parties, each once: VAT numbers by their prefix or their label's language, GSTIN by form, ABN and
 * others by label. A form that no label names counts only when its check digits hold.
 * @param buyer Indexes of the lines that speak of the customer.
 */
export function findTaxIds(sheet: Sheet, buyer: ReadonlySet<number>): FoundTaxId[] {
  const found = new Map<string, FoundTaxId>();
  const add = (id: Omit<FoundTaxId, 'party'>, cell: Cell) => {
    const party = buyer.has(cell.line.index) || BUYER.test(cell.folded) ? 'buyer' : undefined;
    const earlier = found.get(id.value);
    if (!earlier && found.size < MAX_IDS) found.set(id.value, { ...id, party });
    else if (earlier?.check === 'failed' && id.check === 'passed') found.set(id.value, { ...id, party });
  };
  addPrefixed(sheet, add);
  addGstins(sheet, add);
  if (sheet.flat().some(({ line, folded }) => readingOf(line).letters > 1 && ANY_LABEL.test(folded))) {
    addNamed(sheet, found, add);
    addOthers(sheet, found, add);
  }
  const sellers = [...found.values()].filter(({ party }) => party === undefined);
  if (sellers.length === 1) sellers[0]!.party = 'seller';
  return [...found.values()];
}

type Add = (id: Omit<FoundTaxId, 'party'>, cell: Cell) => void;

function addPrefixed(sheet: Sheet, add: Add): void {
  let tries = 0;
  for (const cell of sheet.flat()) {
    if (readingOf(cell.line).digits === 0 || !DIGITS.test(cell.folded)) continue;
    for (const match of cell.folded.matchAll(PREFIX)) {
      if (++tries > MAX_TRIES) return;
      // "VAT No 980 7806 84" is no Norwegian number.
      if (match[1] === 'NO' && !/MVA/.test(cell.folded)) continue;
      const id = vatAt(cell, match[1]!, match.index + match[0].length);
      const named = NAMED.some(({ labels }) => labels.any.test(cell.folded));
      if (id && (id.check === 'passed' || named)) add(id, cell);
    }
  }
}

/** A VAT number from an offset on, in the first form of its country that fits; letters for digits only where it then holds. */
function vatAt({ line, folded }: Cell, prefix: string, from: number): Omit<FoundTaxId, 'party'> | undefined {
  let failed: Omit<FoundTaxId, 'party'> | undefined;
  for (const { form, pattern } of BODIES[prefix] ?? []) {
    pattern.lastIndex = from;
    const match = pattern.exec(folded);
    if (!match) continue;
    const printed = match[1]!.replace(/[ .-]/g, '');
    const number = mendByForm(printed, form);
    if (number === undefined) continue;
    const mended = number !== printed;
    const holds = vatHolds(prefix, number);
    const id = { ...vatFound(prefix, number, holds === true), confidence: line.confidence, lines: [line.index] };
    if (holds) return mended ? { ...id, mended, confidence: MENDED_FACTOR * line.confidence } : id;
    if (!mended && match[1]!.length > 7) failed ??= { ...id, confidence: 0.5 * line.confidence };
  }
  return failed;
}

function vatFound(prefix: string, number: string, holds: boolean) {
  const country = prefix === 'EL' ? 'GR' : prefix === 'XI' ? 'GB' : prefix.slice(0, 2);
  return {
    kind: 'vat' as const,
    country,
    value: `${prefix}${number}`,
    check: holds ? ('passed' as const) : ('failed' as const),
  };
}

function addGstins(sheet: Sheet, add: Add): void {
  let tries = 0;
  for (const cell of sheet.flat()) {
    const { line, folded } = cell;
    if (readingOf(line).digits < GSTIN_DIGITS || readingOf(line).longestWord < GSTIN_FORM.length) continue;
    for (const [printed] of folded.matchAll(GSTIN)) {
      if (++tries > MAX_TRIES) return;
      const value = mendByForm(printed, GSTIN_FORM);
      const mended = value !== printed;
      const holds = value !== undefined && gstinHolds(value);
      // What had to be mended counts only when its check character then holds.
      if (value === undefined || (mended && !holds)) continue;
      const confidence = line.confidence * (!holds ? 0.4 : mended ? MENDED_FACTOR : 0.99);
      const check = holds ? ('passed' as const) : ('failed' as const);
      add(
        { kind: 'gstin', country: 'IN', value, confidence, lines: [line.index], check, ...(mended && { mended }) },
        cell,
      );
    }
  }
}

/** Numbers without a prefix, beside the word that a country uses: "P.IVA 00743110157". */
function addNamed(sheet: Sheet, found: ReadonlyMap<string, FoundTaxId>, add: Add): void {
  for (const { labels, countries } of NAMED) {
    for (const { value, cell, score } of nearLabels(sheet, labels, numbersIn)) {
      if (score < 5 || isKnown(found, value)) continue;
      const prefix = countries.find((country) => fits(country, value) && vatHolds(country, value));
      if (!prefix) continue;
      add(
        { ...vatFound(prefix, value, true), confidence: 0.95 * cell.line.confidence, lines: [cell.line.index] },
        cell,
      );
    }
  }
}

function fits(prefix: string, number: string): boolean {
  return FORMS[prefix]!.some(
    (form) =>
      form.length === number.length &&
      [...form].every((mark, at) => new RegExp(`^${CLASSES[mark] ?? mark}$`).test(number[at]!)),
  );
}

function addOthers(sheet: Sheet, found: ReadonlyMap<string, FoundTaxId>, add: Add): void {
  for (const [labels, kind] of [
    [ABN_LABELS, 'abn'],
    [OTHER, 'other'],
  ] as const) {
    for (const { value, cell, score } of nearLabels(sheet, labels, numbersIn)) {
      if (score < 5 || isKnown(found, value)) continue;
      const check = kind === 'abn' ? (abnHolds(value) ? ('passed' as const) : ('failed' as const)) : undefined;
      const country = kind === 'abn' ? 'AU' : undefined;
      const confidence = cell.line.confidence * (check === 'failed' ? 0.5 : 0.9);
      add({ kind, country, value, confidence, lines: [cell.line.index], ...(check && { check }) }, cell);
    }
  }
}

function isKnown(found: ReadonlyMap<string, FoundTaxId>, value: string): boolean {
  return [...found.keys()].some((known) => known.endsWith(value) || value.endsWith(known));
}

/** Numbers with spaces, dots or hyphens between their groups, at the start of what follows. */
function numbersIn({ folded }: Cell, from: number) {
  const match = /^[ .:#=()/-]{0,6}([A-Z]{0,3}\d(?:[ .-]?[A-Z0-9]){5,18})(?![A-Z0-9])/.exec(folded.slice(from));
  if (!match || (match[1]!.match(/\d/g)?.length ?? 0) < 6) return [];
  const digits = /^[A-Z]{0,3}[\d .-]+[A-Z]?(?:\d\d)?/.exec(match[1]!)?.[0] ?? match[1]!;
  const value = (digits.length >= 7 ? digits : match[1]!).replace(/[ .-]/g, '');
  const start = from + match[0].indexOf(match[1]!);
  return [{ value, start, end: start + match[1]!.length }];
}
