import { hasGs1CheckDigit } from '@edge-ocr/shared/gtin';
import type { DecodedBarcode, Symbology } from './decoded.ts';

/** How sure a value is when its symbol was seen plainly; see `Strength`. */
const CONFIDENCE = { corrected: 1, checked: 0.98, shortChecked: 0.9, unchecked: 0.7 } as const;

/** A linear value that nothing else bears out can be a wrong one with a right check digit: for a person to check. */
export const UNCONFIRMED_CONFIDENCE = 0.6;

/** An EAN-13 or UPC-A that most lines of a blurred symbol agree on. */
export const BLURRED_CONFIDENCE = 0.85;

/**
 * How a symbology guards its value: `corrected` by Reed–Solomon codes over the whole symbol; `checked` by a check character
 * and a long or self-checking pattern; `shortChecked` by one check digit over few digits; `unchecked` by nothing that must be there.
 */
type Strength = keyof typeof CONFIDENCE;

const STRENGTH: Record<Symbology, Strength> = {
  QRCode: 'corrected',
  MicroQRCode: 'corrected',
  RMQRCode: 'corrected',
  DataMatrix: 'corrected',
  Aztec: 'corrected',
  PDF417: 'corrected',
  MaxiCode: 'corrected',
  EAN13: 'checked',
  UPCA: 'checked',
  Code128: 'checked',
  Code93: 'checked',
  DataBar: 'checked',
  EAN8: 'shortChecked',
  UPCE: 'shortChecked',
  ITF: 'unchecked',
  Code39: 'unchecked',
  Codabar: 'unchecked',
  Telepen: 'unchecked',
  DXFilmEdge: 'unchecked',
};

/** Scan lines that must agree before a linear symbol is believed: print and noise can imitate one or two. */
const MIN_LINES = 3;
/** Nobody's shop prints these, and their checksums are small: a texture would have to agree with itself more often. */
const MIN_LINES_RARE: Partial<Record<Symbology, number>> = { Telepen: 8, DXFilmEdge: 8 };
const MIN_LENGTH_UNCHECKED: Partial<Record<Symbology, number>> = {
  ITF: 6,
  Code39: 3,
  Codabar: 4,
  Telepen: 3,
  DXFilmEdge: 4,
};

/** 0 to 1 for a value that one plain reading gave, or null when it is more likely noise than a symbol. */
export function confidenceOf(symbol: DecodedBarcode): number | null {
  const strength = strengthOf(symbol);
  const fewLines = strength !== 'corrected' && symbol.lines < (MIN_LINES_RARE[symbol.type] ?? MIN_LINES);
  if (fewLines) return strength === 'checked' ? UNCONFIRMED_CONFIDENCE : null;
  if (symbol.value.length < (MIN_LENGTH_UNCHECKED[symbol.type] ?? 0)) return null;
  return CONFIDENCE[strength];
}

/** Whether the whole symbol is protected by error correction, so that one reading is proof enough. */
export function isErrorCorrected(symbol: DecodedBarcode): boolean {
  return strengthOf(symbol) === 'corrected';
}

/** Whether a value that one enhanced look alone has seen is worth reporting: not where a wrong one would go unnoticed. */
export function isWorthAGuess(symbol: DecodedBarcode): boolean {
  const strength = strengthOf(symbol);
  return strength === 'corrected' || strength === 'checked';
}

function strengthOf({ type, value }: DecodedBarcode): Strength {
  if (type === 'ITF' && value.length === 14 && hasGs1CheckDigit(value)) return 'shortChecked';
  return STRENGTH[type];
}
