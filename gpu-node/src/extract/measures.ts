/** Units as packs and price tags write them, by the name they get. Folded text. */
const UNITS: Record<string, string> = {
  KG: 'kg',
  KGS: 'kg',
  KILO: 'kg',
  KILOGRAM: 'kg',
  G: 'g',
  GM: 'g',
  GMS: 'g',
  GR: 'g',
  GRAM: 'g',
  GRAMS: 'g',
  GRAMM: 'g',
  MG: 'mg',
  L: 'l',
  LT: 'l',
  LTR: 'l',
  LITRE: 'l',
  LITER: 'l',
  LITRES: 'l',
  LITERS: 'l',
  DL: 'dl',
  CL: 'cl',
  ML: 'ml',
  'FL OZ': 'fl oz',
  'FL. OZ': 'fl oz',
  OZ: 'oz',
  LB: 'lb',
  LBS: 'lb',
  M: 'm',
  CM: 'cm',
  PCS: 'pcs',
  PC: 'pcs',
  PIECE: 'pcs',
  PIECES: 'pcs',
  UNIT: 'pcs',
  UNITS: 'pcs',
  NOS: 'pcs',
  EA: 'pcs',
  EACH: 'pcs',
  STUCK: 'pcs',
  STK: 'pcs',
  STUKS: 'pcs',
  CAPSULES: 'pcs',
  TABLETS: 'pcs',
  SHEETS: 'pcs',
  BAGS: 'pcs',
  TEABAGS: 'pcs',
  PACK: 'pcs',
  ROLLS: 'pcs',
};

/** Alternatives for a pattern, longest first. */
export const UNIT_WORDS = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .map((unit) => unit.replace('.', '\\.'))
  .join('|');

/** "GMS" gives "g"; the word must be one of UNIT_WORDS. */
export function unitOf(word: string): string {
  return UNITS[word]!;
}

/** "1,5" and "1.5" are both one and a half: packs do not count in thousands. */
export function measureOf(digits: string): number {
  return Number(digits.replace(',', '.'));
}
