import {
  BarcodeFormat,
  BinaryBitmap,
  DataMatrixReader,
  DecodeHintType,
  HybridBinarizer,
  MultiFormatOneDReader,
  PDF417Reader,
  QRCodeReader,
  type Reader,
  type Result,
  RGBLuminanceSource,
} from '@zxing/library';
import type { DecodedBarcode, Point, Symbology } from './decoded.ts';
import { type Luminance, limitPixels, resize } from './luminance.ts';

/** About 0.15 s of JavaScript at most; the library has no limit of its own. */
const MAX_PIXELS = 1_200_000;
/** The second look at a linear symbol: other sampling, so that noise does not line up again, and no finer bar is lost. */
const SECOND_LOOK_SCALE = 1.5;
/** Corners are widened to this where the library knows only one scan line. */
const MIN_BOX_SIDE = 4;

/** Only symbologies with an error check, and long ones: this reader has found EAN-8 codes where there were none. */
const TYPES = new Map<BarcodeFormat, Symbology>([
  [BarcodeFormat.EAN_13, 'EAN13'],
  [BarcodeFormat.UPC_A, 'UPCA'],
  [BarcodeFormat.CODE_128, 'Code128'],
  [BarcodeFormat.ITF, 'ITF'],
  [BarcodeFormat.QR_CODE, 'QRCode'],
  [BarcodeFormat.DATA_MATRIX, 'DataMatrix'],
  [BarcodeFormat.PDF_417, 'PDF417'],
]);

const HINTS = new Map<DecodeHintType, unknown>([
  [DecodeHintType.TRY_HARDER, true],
  [DecodeHintType.POSSIBLE_FORMATS, [...TYPES.keys()]],
]);

/**
 * The JavaScript ZXing, for images where zxing-cpp found nothing: one symbol at most.
 * A linear symbol counts only when the image, scaled, shows the same value again.
 */
export function readWithSecondReader(image: Luminance): DecodedBarcode[] {
  const limited = limitPixels(image, MAX_PIXELS);
  const found =
    readOnce(limited, [new QRCodeReader(), new DataMatrixReader(), new PDF417Reader()]) ?? readLinear(limited);
  if (found === undefined) return [];
  const back = image.width / limited.width;
  const corners = found.corners.map(([x, y]): Point => [x * back, y * back]) as unknown as DecodedBarcode['corners'];
  return [{ ...found, corners }];
}

function readLinear(image: Luminance): DecodedBarcode | undefined {
  const readers = () => [new MultiFormatOneDReader(HINTS as Map<DecodeHintType, never>)];
  const first = readOnce(image, readers());
  if (first === undefined) return undefined;
  const second = readOnce(resize(image, SECOND_LOOK_SCALE), readers());
  return second?.type === first.type && second.value === first.value ? first : undefined;
}

/** The readers one by one: the library's MultiFormatReader would print every miss of theirs to the console. */
function readOnce(image: Luminance, readers: readonly Reader[]): DecodedBarcode | undefined {
  const pixels = new Uint8ClampedArray(image.data.buffer, image.data.byteOffset, image.data.length);
  const source = new RGBLuminanceSource(pixels, image.width, image.height);
  for (const reader of readers) {
    try {
      const symbol = decoded(
        reader.decode(new BinaryBitmap(new HybridBinarizer(source)), HINTS as Map<DecodeHintType, never>),
      );
      if (symbol !== undefined) return symbol;
    } catch {
      // Every way of finding nothing is an exception here, and not all of them share a class.
    }
  }
  return undefined;
}

function decoded(result: Result): DecodedBarcode | undefined {
  const type = TYPES.get(result.getBarcodeFormat());
  // Of ITF only the 14 digits of a trade item are long enough, and carry a check digit.
  if (type === undefined || (type === 'ITF' && result.getText().length !== 14)) return undefined;
  const points = result.getResultPoints().filter((point) => point !== null);
  const xs = points.map((point) => point.getX());
  const ys = points.map((point) => point.getY());
  const value = result.getText();
  return { type, value, corners: box(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)), lines: 1 };
}

/** The points are finder patterns or the ends of a scan line, so their box is what is known of the place. */
function box(left: number, top: number, right: number, bottom: number): DecodedBarcode['corners'] {
  const [x0, x1] = widened(left, right);
  const [y0, y1] = widened(top, bottom);
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

function widened(from: number, to: number): [number, number] {
  const missing = Math.max(0, MIN_BOX_SIDE - (to - from)) / 2;
  return [from - missing, to + missing];
}
