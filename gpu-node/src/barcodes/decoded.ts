export type Point = readonly [x: number, y: number];

/** The symbologies that are looked for, named as zxing-cpp names them; UPC-A, UPC-E and ITF-14 are told apart by us. */
export const SYMBOLOGIES = [
  'EAN13',
  'EAN8',
  'UPCA',
  'UPCE',
  'Code128',
  'Code39',
  'Code93',
  'Codabar',
  'ITF',
  'DataBar',
  'QRCode',
  'MicroQRCode',
  'RMQRCode',
  'DataMatrix',
  'Aztec',
  'PDF417',
  'MaxiCode',
] as const;
export type Symbology = (typeof SYMBOLOGIES)[number];

/** One symbol as a reader saw it, not yet judged. */
export interface DecodedBarcode {
  readonly type: Symbology;
  readonly value: string;
  /** Corners in pixels of the image that the reader was given: the symbol's own top left, then clockwise. */
  readonly corners: readonly [Point, Point, Point, Point];
  /** How many scan lines agreed; 0 where the symbology is not read by lines. */
  readonly lines: number;
}
