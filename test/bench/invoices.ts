/**
 * The fields of real invoices, from PDFs and from pictures. The folder holds NAME.pdf and NAME.png (or .jpg) beside
 * NAME.json, as in invoice2data's test set: a list whose first entry has issuer, amount, date and invoice_number.
 * Right means: the same number, the same day, the same number after dropping all but letters and digits, the same issuer
 * after upper-casing and dropping the same. A file that the node refuses is told and counts as wrong in every field.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { parseEngineConfig } from '@edge-ocr/gpu-node/config';
import { type Engine, loadEngine } from '@edge-ocr/gpu-node/inference/engine';
import { processDocument } from '@edge-ocr/gpu-node/process-document';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { Structured } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import { rounded } from './figures.ts';

interface Truth {
  issuer: string;
  amount: number;
  date: string;
  invoice_number: string;
}

interface Read {
  file: string;
  amount: boolean;
  date: boolean;
  number: boolean;
  issuer: boolean;
  /** What was read instead, of each field that is wrong. */
  wrong: Record<string, string | number | null>;
  ms: number;
  refused?: string;
}

const FIELDS = ['amount', 'date', 'number', 'issuer'] as const;
const FORMATS = new Set(['.pdf', '.png', '.jpg', '.jpeg']);

/** @throws Error when the folder holds no invoice with its truth. */
export async function benchInvoices({ dataset, limit }: { dataset: string; limit: number }): Promise<object> {
  const files = readdirSync(dataset)
    .filter((file) => FORMATS.has(parse(file).ext.toLowerCase()) && truthOf(dataset, file))
    .sort()
    .slice(0, limit);
  if (files.length === 0) throw new Error(`${dataset} holds no NAME.pdf or NAME.png with a NAME.json`);
  const engine = await loadEngine(parseEngineConfig(process.env));
  const reads: Read[] = [];
  for (const file of files) {
    const read = await readInvoice(engine, dataset, file);
    if (read.refused) console.error(`${file}: ${read.refused}`);
    reads.push(read);
  }
  await engine.close();
  const share = (name: (typeof FIELDS)[number], ofKind: readonly Read[]) =>
    rounded(ofKind.filter((read) => read[name]).length / Math.max(1, ofKind.length));
  const totals = (['pdf', 'picture'] as const).map((kind) => {
    const own = reads.filter(({ file }) => (parse(file).ext.toLowerCase() === '.pdf') === (kind === 'pdf'));
    return { kind, files: own.length, ...Object.fromEntries(FIELDS.map((name) => [name, share(name, own)])) };
  });
  return { invoices: reads, totals };
}

async function readInvoice(engine: Engine, dataset: string, file: string): Promise<Read> {
  const truth = truthOf(dataset, file)!;
  const start = performance.now();
  const bytes = readFileSync(join(dataset, file));
  const options = parseOcrOptions({ type: 'invoice', extract_barcodes: 'false' });
  let structured: Structured = {};
  let refused: string | undefined;
  try {
    const signal = AbortSignal.timeout(engine.config.PROCESSING_TIMEOUT_MS);
    ({ structured } = await processDocument({ bytes, options, signal }, engine));
  } catch (thrown) {
    const { code, message } = OcrError.from(thrown);
    refused = `${code}: ${message}`;
  }
  const ms = Math.round(performance.now() - start);
  const right = {
    amount: structured.total === Number(truth.amount),
    date: structured.date === truth.date,
    number: same(structured.invoice_number, truth.invoice_number),
    issuer: same(structured.issuer, truth.issuer),
  };
  const values = {
    amount: structured.total,
    date: structured.date,
    number: structured.invoice_number,
    issuer: structured.issuer,
  };
  const wrong = Object.fromEntries(FIELDS.filter((name) => !right[name]).map((name) => [name, values[name] ?? null]));
  return { file, ...right, wrong, ms, ...(refused !== undefined && { refused }) };
}

function same(read: string | undefined, truth: string): boolean {
  return read !== undefined && plain(read) === plain(String(truth));
}

function plain(text: string): string {
  return text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function truthOf(dataset: string, file: string): Truth | undefined {
  try {
    const [truth] = JSON.parse(readFileSync(join(dataset, `${parse(file).name}.json`), 'utf8'));
    return truth;
  } catch {
    return undefined;
  }
}
