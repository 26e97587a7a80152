import type { OcrType } from '@edge-ocr/shared/contract/options';
import type { Barcode, Check, Field, Line, Structured } from '@edge-ocr/shared/contract/result';
import { codeChecks } from './code-checks.ts';
import { findDocuments } from './documents.ts';
import { publish } from './found.ts';
import { readInvoice } from './invoice.ts';
import { polygonAround, rowsOf } from './layout.ts';
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
    const { documents, checks } = findDocuments(rows);
    const placed = documents.map((own) => ({ ...own, line: own.lines[0]!, polygon: polygonAround(lines, own.lines) }));
    return {
      structured: documents.length > 0 ? { documents: placed } : {},
      fields: {},
      checks,
      warnings: failed(checks),
    };
  }
  if (type === 'receipt') {
    const { fields: found, items, checks, warnings } = readReceipt(rows);
    const { values, fields } = publish(found, lines);
    const structured = { ...values, ...(items.length > 0 && { line_items: items }) };
    return { structured, fields, checks, warnings: [...warnings, ...failed(checks)] };
  }
  if (type === 'invoice') {
    const { fields: found, items, taxIds, checks, warnings } = readInvoice(rows);
    const { values, fields } = publish(found, lines);
    const lists = { ...(taxIds.length > 0 && { tax_ids: taxIds }), ...(items.length > 0 && { line_items: items }) };
    return { structured: { ...values, ...lists }, fields, checks, warnings: [...warnings, ...failed(checks)] };
  }
  const found = readProduct(rows, barcodes);
  const { barcode, gtin, lot } = found;
  // For type barcode the codes are what was asked for; a name or a price would be a guess.
  const coded = { barcode, gtin, ...(lot?.lines.length === 0 && { lot }) };
  const { values, fields } = publish(type === 'barcode' ? coded : found, lines);
  const checks = codeChecks(barcodes);
  return { structured: values, fields, checks, warnings: failed(checks) };
}

/** What did not add up or hold, for a person. */
function failed(checks: readonly Check[]): string[] {
  return checks.filter(({ passed }) => !passed).map(({ message }) => message);
}
