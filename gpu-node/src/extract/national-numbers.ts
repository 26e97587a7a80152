import { stdnum } from 'stdnum';

interface Scheme {
  validate: (value: string) => { isValid: boolean; isCompany?: boolean };
}

/** The number that VAT is filed under, by the prefix it is printed with. EL is Greece, XI Northern Ireland. */
const VAT: Record<string, readonly Scheme[]> = {
  AT: [scheme('AT', 'uid')],
  BE: [scheme('BE', 'vat')],
  BG: [scheme('BG', 'vat')],
  CH: [scheme('CH', 'vat'), scheme('CH', 'uid')],
  CHE: [scheme('CH', 'vat'), scheme('CH', 'uid')],
  CY: [scheme('CY', 'vat')],
  CZ: [scheme('CZ', 'dic')],
  DE: [scheme('DE', 'vat')],
  DK: [scheme('DK', 'cvr')],
  EE: [scheme('EE', 'kmkr')],
  EL: [scheme('GR', 'vat')],
  ES: [scheme('ES', 'nif'), scheme('ES', 'cif')],
  FI: [scheme('FI', 'alv')],
  FR: [scheme('FR', 'tva')],
  GB: [scheme('GB', 'vat')],
  GR: [scheme('GR', 'vat')],
  HR: [scheme('HR', 'oib')],
  HU: [scheme('HU', 'anum')],
  IE: [scheme('IE', 'vat')],
  IT: [scheme('IT', 'iva')],
  LT: [scheme('LT', 'pvm')],
  LU: [scheme('LU', 'tva')],
  LV: [scheme('LV', 'pvn')],
  MT: [scheme('MT', 'vat')],
  NL: [scheme('NL', 'btw')],
  NO: [scheme('NO', 'mva'), scheme('NO', 'orgnr')],
  PL: [scheme('PL', 'nip')],
  PT: [scheme('PT', 'nif')],
  RO: [scheme('RO', 'cif')],
  SE: [scheme('SE', 'vat')],
  SI: [scheme('SI', 'ddv')],
  SK: [scheme('SK', 'dph')],
  XI: [scheme('GB', 'vat')],
};

export const VAT_PREFIXES = Object.keys(VAT);

/**
 * Whether a VAT number, without its prefix and separators, holds in its country: its form and its check digits.
 * Undefined for a country whose scheme is not known.
 */
export function vatHolds(prefix: string, number: string): boolean | undefined {
  const schemes = VAT[prefix];
  if (!schemes) return undefined;
  return schemes.some((scheme) => holds(scheme, number) || holds(scheme, `${prefix}${number}`));
}

const GSTIN = scheme('IN', 'gstin');
const ABN = scheme('AU', 'abn');

export function gstinHolds(gstin: string): boolean {
  return holds(GSTIN, gstin);
}

export function abnHolds(abn: string): boolean {
  return holds(ABN, abn);
}

/** The library throws on some forms that it was not made for. */
function holds(scheme: Scheme, value: string): boolean {
  try {
    return scheme.validate(value).isValid;
  } catch {
    return false;
  }
}

/** @throws Error when the library has no such scheme: a new version has renamed it. */
function scheme(country: string, name: string): Scheme {
  const found = stdnum[country]?.[name];
  if (!found) throw new Error(`stdnum has no ${country}.${name}`);
  return found;
}
