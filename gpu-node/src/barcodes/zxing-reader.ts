import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  prepareZXingModule,
  type ReaderOptions,
  type ReadResult,
  readBarcodes as readWithZxing,
} from 'zxing-wasm/reader';
import type { DecodedBarcode, Point, Symbology } from './decoded.ts';
import { formatBracketed, parseElementString } from './gs1.ts';
import type { Luminance } from './luminance.ts';

/** More than a shelf photo holds; bounds the work on a page full of symbols. */
const MAX_SYMBOLS = 32;

/** What is looked for on every image. Subtypes (Micro PDF417, Aztec runes, DataBar's seven kinds) are among their family. */
const FORMATS: ReaderOptions['formats'] = [
  'EANUPC',
  'Code128',
  'Code39',
  'Code32',
  'Code93',
  'Codabar',
  'ITF',
  'DataBar',
  'QRCode',
  'DataMatrix',
  'Aztec',
  'PDF417',
  'MaxiCode',
];

/**
 * Looked for only where a code is what was asked for: film edges and Telepen have nothing but a small checksum, and no
 * shop prints them, so elsewhere each find would sooner be a texture.
 */
const RARE_FORMATS: ReaderOptions['formats'] = ['Telepen', 'DXFilmEdge'];

const OPTIONS: ReaderOptions = {
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  maxNumberOfSymbols: MAX_SYMBOLS,
  textMode: 'HRI',
  eanAddOnSymbol: 'Read',
};

let loading: Promise<unknown> | undefined;

/**
 * Once per thread, from node_modules: left alone, zxing-wasm would fetch its binary from a CDN. Reading does it itself; a
 * thread that will read may do it before, so that its first image does not wait.
 */
export function loadReader(): Promise<unknown> {
  loading ??= readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))
    .then((file) => prepareZXingModule({ overrides: { wasmBinary: exactBuffer(file) }, fireImmediately: true }))
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

function exactBuffer(file: Uint8Array): ArrayBuffer {
  return new Uint8Array(file).buffer;
}

export interface ReadingOptions {
  /** Whether light bars on dark are looked for, too; a quarter of the time. */
  readonly tryInvert?: boolean;
  /** Whether Telepen and film edges are looked for, too. */
  readonly rare?: boolean;
}

/** All symbols zxing-cpp finds, at most 32. Synchronous WASM inside: about 20 ms a megapixel (100 for noise), so call it on a worker thread. */
export async function readBarcodes(image: Luminance, options: ReadingOptions = {}): Promise<DecodedBarcode[]> {
  await loadReader();
  const formats = options.rare ? [...FORMATS!, ...RARE_FORMATS!] : FORMATS!;
  const results = await readWithZxing(asPgm(image), { ...OPTIONS, formats, tryInvert: options.tryInvert ?? true });
  return withoutRepeats(results.filter((result) => result.isValid).map(decoded));
}

/** With add-ons, lines that saw one and lines that did not come as two symbols in one place. */
function withoutRepeats(symbols: readonly DecodedBarcode[]): DecodedBarcode[] {
  const kept: DecodedBarcode[] = [];
  for (const symbol of symbols) {
    const at = kept.findIndex((other) => isSameLinear(other, symbol));
    if (at < 0) kept.push(symbol);
    else kept[at] = { ...kept[at]!, ...symbol, lines: kept[at]!.lines + symbol.lines };
  }
  return kept;
}

function isSameLinear(a: DecodedBarcode, b: DecodedBarcode): boolean {
  return a.lines > 0 && a.type === b.type && a.value === b.value && overlaps(a, b);
}

function overlaps(a: DecodedBarcode, b: DecodedBarcode): boolean {
  return [0, 1].every((axis) => {
    const [as, bs] = [a, b].map(({ corners }) => corners.map((corner) => corner[axis]!));
    return Math.min(...as!) <= Math.max(...bs!) && Math.min(...bs!) <= Math.max(...as!);
  });
}

/**
 * The luminance as a PGM file. The library's own path for raw pixels wants RGBA and turns it grey in JavaScript;
 * given a file it reads it inside WASM, and took 41 ms instead of 70 for 1,600 × 1,200.
 */
function asPgm({ data, width, height }: Luminance): Uint8Array {
  const header = Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1');
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}

function decoded(result: ReadResult): DecodedBarcode {
  const { topLeft, topRight, bottomRight, bottomLeft } = result.position;
  const point = ({ x, y }: { x: number; y: number }): Point => [x, y];
  return {
    ...content(result),
    corners: [point(topLeft), point(topRight), point(bottomRight), point(bottomLeft)],
    lines: result.lineCount,
  };
}

type Content = Pick<DecodedBarcode, 'type' | 'value' | 'elementString' | 'printed' | 'addon'>;

function content(result: ReadResult): Content {
  if (result.contentType === 'GS1') return gs1Content(result);
  const text = textOf(result);
  if (result.symbology === 'EANUPC') return itemNumber(result, text);
  if (result.format === 'MicroQRCode' || result.format === 'RMQRCode') return { type: result.format, value: text };
  if (result.format === 'DXFilmEdge') return { type: 'DXFilmEdge', value: text };
  // The start and stop letters of Codabar frame the data; they are not part of it.
  if (result.symbology === 'Codabar') return { type: 'Codabar', value: text.replace(/^[A-D](.*)[A-D]$/i, '$1') };
  return { type: result.symbology as Symbology, value: text };
}

/** The library leaves its text without parentheses where an element breaks a rule; the elements can be told apart still. */
function gs1Content({ format, symbology, bytes, text }: ReadResult): Content {
  const elementString = Buffer.from(bytes).toString('latin1');
  const elements = parseElementString(elementString);
  const type = format === 'RMQRCode' ? format : (symbology as Symbology);
  return { type, value: elements === null ? text : formatBracketed(elements), elementString };
}

const ADDON = /^(?:\d{2}|\d{5})$/;

/**
 * A UPC-A symbol is an EAN-13 one whose first digit is 0; zxing-cpp gives 13 digits for both, and for UPC-E the UPC-A
 * number it stands for, in 13 digits too. An add-on counts where modifier 3 of the symbology identifier says that it is
 * whole: the library reports five digits half seen as two of them.
 */
function itemNumber(result: ReadResult, text: string): Content {
  const extra = extraOf(result);
  const isWhole = result.symbologyIdentifier === ']E3' && ADDON.test(extra.EanAddOn ?? '');
  const main = result.symbologyIdentifier === ']E3' ? text.slice(0, -(extra.EanAddOn ?? '').length || undefined) : text;
  const addon = isWhole ? { addon: extra.EanAddOn! } : {};
  if (result.format === 'UPCE') {
    const printed = extra.UPCE === undefined ? {} : { printed: extra.UPCE };
    return { type: 'UPCE', value: main.replace(/^0(?=\d{12}$)/, ''), ...printed, ...addon };
  }
  if (/^0\d{12}$/.test(main)) return { type: 'UPCA', value: main.slice(1), ...addon };
  if (result.format === 'EAN8' || result.format === 'UPCA') return { type: result.format, value: main, ...addon };
  return { type: 'EAN13', value: main, ...addon };
}

/** The library's own JSON about a symbol; of the keys those that are used here. */
function extraOf(result: ReadResult): { readonly EanAddOn?: string; readonly UPCE?: string } {
  return result.extra === '' ? {} : JSON.parse(result.extra);
}

/** Text as it is encoded, controls included. */
function textOf(result: ReadResult): string {
  if (result.contentType === 'Text') return result.text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(result.bytes);
  } catch {
    return Buffer.from(result.bytes).toString('latin1');
  }
}
