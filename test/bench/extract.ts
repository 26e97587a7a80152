/**
 * `npm run bench -- extract [--json]`: what the extractors take for 500 lines, milliseconds, best, median and worst of 25 runs
 * after a warm-up. Realistic lines are invented receipts one below the other; each kind of hostile line is built to make
 * one of the readings work hard. No image, no model.
 */
import { findAddress } from '@edge-ocr/gpu-node/extract/address';
import { findCompany } from '@edge-ocr/gpu-node/extract/company';
import { findDates } from '@edge-ocr/gpu-node/extract/dates';
import { findDocuments } from '@edge-ocr/gpu-node/extract/documents';
import { extractFields } from '@edge-ocr/gpu-node/extract/extract-fields';
import { printedGtins } from '@edge-ocr/gpu-node/extract/gtin';
import { readInvoice } from '@edge-ocr/gpu-node/extract/invoice';
import { type Row, rowsOf } from '@edge-ocr/gpu-node/extract/layout';
import { findAmounts } from '@edge-ocr/gpu-node/extract/money';
import { readProduct } from '@edge-ocr/gpu-node/extract/product';
import { readReceipt, readSums } from '@edge-ocr/gpu-node/extract/receipt';
import { sampleLines } from '@edge-ocr/gpu-node/extract/sample-lines';
import { findTimes } from '@edge-ocr/gpu-node/extract/times';
import type { Line } from '@edge-ocr/shared/contract/result';
import { rounded } from './figures.ts';

const LINES = 500;
const RUNS = 25;
const WARM_UP = 10;
const TYPES = ['receipt', 'invoice', 'product', 'document', 'barcode'] as const;

const RECEIPT = [
  'BRIGHT LAMP TRADING SDN BHD (765432-K)',
  'NO. 8, JALAN MAWAR 3/2, TAMAN BUNGA',
  '43000 KAJANG, SELANGOR',
  'TEL: 03-8765 4321  GST ID: 001234567890',
  'TAX INVOICE NO: CS00012514',
  'DATE: 14/08/2018|TIME: 09:15 PM',
  'DESCRIPTION|QTY|PRICE|AMOUNT',
  'LED BULB 9W|2|6.00|12.00 SR',
  'EXTENSION CORD 3M WHITE|1|18.50|18.50 SR',
  '9555221301081  4 X 2.80|11.20',
  'SUB TOTAL|41.70',
  'GST 6%|2.50',
  'ROUNDING ADJ|0.00',
  'TOTAL|44.20',
  'CASH|50.00',
  'CHANGE|5.80',
  'GOODS SOLD ARE NOT RETURNABLE. THANK YOU',
];

const HOSTILE: Record<string, (at: number) => string> = {
  'half dates': () => '1/1/'.repeat(50),
  'half numbers': () => '1.1,'.repeat(50),
  'spaced digits': () => '1 '.repeat(100),
  amounts: () => '12.50 '.repeat(33),
  'half times': () => '12:'.repeat(66),
  digits: () => '1'.repeat(200),
  totals: (at) => `TOTAL ${at}.00`,
  letters: () => 'TOTA'.repeat(50),
  'open brackets': () => '('.repeat(200),
  'look-alikes': () => 'OIlSB0.'.repeat(28),
  currencies: () => 'RM RM $ '.repeat(25),
  months: () => '5 DEC '.repeat(33),
  labels: () => 'INVOICE NO DUE DATE '.repeat(10),
  codes: () => 'A1-'.repeat(66),
  ids: () => 'DE12 3456 7890 '.repeat(13),
  'legal forms': () => 'Ab Ltd, '.repeat(25),
  domains: () => 'a.b.com '.repeat(25),
  measures: () => '6 x 330 ml '.repeat(18),
  accents: () => 'Éé'.repeat(100),
  bengali: () => 'মোট ৳৩৫০ '.repeat(22),
  fillers: () => 'P<A1'.repeat(11),
  columns: () => 'TOTAL|1.00|GST|2.00|CASH|3.00|CHANGE|4.00',
};

export interface ExtractFigure {
  readonly extractor: string;
  readonly lines: string;
  readonly best_ms: number;
  readonly median_ms: number;
  readonly worst_ms: number;
}

export async function benchExtract(): Promise<{ extract: ExtractFigure[] }> {
  const realistic = sampleLines(Array.from({ length: LINES }, (_, at) => RECEIPT[at % RECEIPT.length]!)).slice(
    0,
    LINES,
  );
  const extract = [...figuresOf('realistic', realistic)];
  for (const [kind, row] of Object.entries(HOSTILE)) {
    extract.push(...figuresOf(kind, sampleLines(Array.from({ length: LINES }, (_, at) => row(at))).slice(0, LINES)));
  }
  return { extract };
}

function figuresOf(kind: string, lines: readonly Line[]): ExtractFigure[] {
  return Object.entries(extractorsOf(lines)).map(([extractor, run]) => ({ extractor, lines: kind, ...measure(run) }));
}

/** Each with its rows made anew, so that nothing is remembered from one run to the next. */
function extractorsOf(lines: readonly Line[]): Record<string, () => unknown> {
  const texts = (read: (text: string) => unknown) => () => lines.map(({ text }) => read(text));
  const rows = (read: (rows: readonly Row[]) => unknown) => () => read(rowsOf(lines));
  return {
    money: texts(findAmounts),
    dates: texts(findDates),
    times: texts(findTimes),
    gtin: texts(printedGtins),
    company: rows(findCompany),
    address: rows((all) => findAddress(all, 0)),
    sums: rows(readSums),
    receipt: rows(readReceipt),
    invoice: rows(readInvoice),
    product: rows((all) => readProduct(all, [])),
    documents: rows(findDocuments),
    ...Object.fromEntries(TYPES.map((type) => [`all of type ${type}`, () => extractFields(type, lines, [])])),
  };
}

function measure(run: () => unknown): { best_ms: number; median_ms: number; worst_ms: number } {
  for (let i = 0; i < WARM_UP; i++) run();
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return {
    best_ms: rounded(times[0]!, 2),
    median_ms: rounded(times[RUNS >> 1]!, 2),
    worst_ms: rounded(times.at(-1)!, 2),
  };
}
