export type Point = readonly [x: number, y: number];

/** Every symbology that zxing-cpp reads, by its name for it; EAN and UPC, and the kinds of QR code, are told apart. */
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
  'Telepen',
  'DXFilmEdge',
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
  /** The data of a GS1 symbol, FNC1 as the separator \x1d; absent for any other. */
  readonly elementString?: string;
  /** The eight digits of a UPC-E, whose value is the UPC-A. */
  readonly printed?: string;
  /** The two or five digits of the symbol beside an EAN or UPC. */
  readonly addon?: string;
}
