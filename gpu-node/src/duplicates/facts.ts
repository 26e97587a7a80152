import { createHash } from 'node:crypto';
import type { Barcode, OcrResult } from '@edge-ocr/shared/contract/result';
import { bare } from '../corrections/same-value.ts';

type Read = Pick<OcrResult, 'type' | 'structured' | 'barcodes'>;

/**
 * What two readings of one photo must have in common exactly, as a hash: an index over it shows no numbers of anybody.
 * A receipt's date and total, an invoice's number and total, a product's or label's codes, a document's numbers.
 * @returns null when any of it was not read.
 */
export function factsHash(result: Read): string | null {
  const facts = factsOf(result);
  if (!facts) return null;
  const canonical = JSON.stringify(facts.map((fact) => (typeof fact === 'string' ? bare(fact) : fact)));
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}

type Fact = string | number;

function factsOf({ type, structured, barcodes }: Read): Fact[] | null {
  switch (type) {
    case 'receipt':
      return all(structured.date, structured.total);
    case 'invoice':
      return all(structured.invoice_number, structured.total);
    case 'product':
      return all(structured.barcode);
    case 'barcode':
      return some(codesOf(barcodes));
    case 'document':
      return some((structured.documents ?? []).map(({ kind, number }) => `${kind} ${number}`).sort());
  }
}

/** Whether a photo of this type shows a thing. One without facts may be known by its looks and words; papers look alike. */
export function showsThing(type: OcrResult['type']): boolean {
  return type === 'product' || type === 'barcode';
}

function codesOf(barcodes: readonly Barcode[]): string[] {
  return [...new Set(barcodes.map(({ type, value }) => `${type} ${value}`))].sort();
}

function all(...facts: readonly (Fact | undefined)[]): Fact[] | null {
  return facts.every((fact) => fact !== undefined) ? (facts as Fact[]) : null;
}

function some(facts: readonly Fact[]): Fact[] | null {
  return facts.length > 0 ? [...facts] : null;
}
