import type { OcrType } from '@edge-ocr/shared/contract/options';
import type { Barcode, Check, Field, Line, Structured } from '@edge-ocr/shared/contract/result';
import { codeChecks } from './code-checks.ts';
import { findDocuments } from './documents.ts';
import { publish } from './found.ts';
import { readInvoice } from './invoice.ts';
import { rowsOf } from './layout.ts';
import { readProduct } from './product.ts';
import { readReceipt } from './receipt.ts';

export interface Extraction {
  structured: Structured;
  /** Every scalar of `structured` with its confidence and origin. */
  fields: Record<string, Field>;
  /** Sums and check digits that could be checked. The messages of those that fail belong among the warnings. */
  checks: Check[];
  warnings: string[];
}

/**
 * What the lines of an image mean. Pure: no I/O, no clock.
 * @param lines In reading order; lines with the same page and row stand beside each other.
 */
export function extractFields(type: OcrType, lines: readonly Line[], barcodes: readonly Barcode[]): Extraction {
  const rows = rowsOf(lines);
  if (type === 'document') {
    const documents = findDocuments(rows);
    return { structured: documents.length > 0 ? { documents } : {}, fields: {}, checks: [], warnings: [] };
  }
  if (type === 'receipt' || type === 'invoice') {
    const { fields: found, items, warnings } = type === 'receipt' ? readReceipt(rows) : readInvoice(rows);
    const { values, fields } = publish(found, lines);
    return { structured: { ...values, ...(items.length > 0 && { line_items: items }) }, fields, checks: [], warnings };
  }
  const { barcode, ...others } = readProduct(lines, rows, barcodes);
  // For type barcode the codes are what was asked for; a name or a price would be a guess.
  const { values, fields } = publish(type === 'barcode' ? { barcode } : { ...others, barcode }, lines);
  const checks = codeChecks(barcodes);
  return { structured: values, fields, checks, warnings: checks.map(({ message }) => message) };
}
