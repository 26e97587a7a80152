import type { Field, OcrResult } from '@edge-ocr/shared/contract/result';
import { toGtin14 } from '@edge-ocr/shared/gtin';

/** What a result says of a product; only what it is sure of. */
export interface ProductReading {
  readonly shopId: string;
  readonly jobId: string;
  /** When it was read. */
  readonly at: string;
  /** 14 digits where it is a GTIN, so that UPC and EAN are one product; null where the image shows none. */
  readonly barcode: string | null;
  readonly values: ProductValues;
  /** Of each value, 0 to 1. */
  readonly confidences: Readonly<Partial<Record<keyof ProductValues, number>>>;
}

/** What is known of a product, by what changes together. */
export interface ProductValues {
  readonly name?: string;
  readonly price?: { readonly amount: number; readonly currency: string | null };
  readonly sku?: string;
  readonly expiry_date?: string;
  readonly quantity?: number;
}

const MAX_NAME_CHARS = 500;
const MAX_CODE_CHARS = 80;
/** Of DECIMAL(14,2) and DECIMAL(14,3). */
const MAX_PRICE = 1e12;
const MAX_QUANTITY = 1e11;

/** @returns null where nothing follows for a product: another type, a code that is not sure, or nothing sure besides. */
export function readProduct(shopId: string, result: OcrResult, minConfidence: number): ProductReading | null {
  if (result.type !== 'product') return null;
  const { fields } = result;
  const sure = (name: string): Field | undefined => {
    const field = fields[name];
    return field && field.confidence >= minConfidence && field.check !== 'failed' ? field : undefined;
  };
  const printed = fields.gtin ?? fields.barcode;
  const code = sure('gtin') ?? sure('barcode');
  // There is a barcode, but which? By its name it could become another product.
  if (printed && !code) return null;
  const { values, confidences } = sureValues(sure);
  const barcode = code ? barcodeOf(String(code.value)) : null;
  if (Object.keys(values).length === 0 || (barcode === null && nameKey(values.name ?? '') === '')) return null;
  return { shopId, jobId: result.id, at: result.created_at, barcode, values, confidences };
}

function sureValues(sure: (name: string) => Field | undefined): Pick<ProductReading, 'values' | 'confidences'> {
  const [name, price, sku, expiry, quantity] = ['product_name', 'price', 'sku', 'expiry_date', 'quantity'].map(sure);
  const found = {
    name: [textOf(name, MAX_NAME_CHARS), name],
    price: [priceOf(price, sure('currency')), price],
    sku: [textOf(sku, MAX_CODE_CHARS), sku],
    expiry_date: [dateOf(expiry), expiry],
    quantity: [quantityOf(quantity), quantity],
  } as const;
  const known = Object.entries(found).filter(([, [value]]) => value !== undefined);
  return {
    values: Object.fromEntries(known.map(([key, [value]]) => [key, value])),
    confidences: Object.fromEntries(known.map(([key, [, field]]) => [key, field?.confidence])),
  };
}

function barcodeOf(value: string): string | null {
  const code = toGtin14(value) ?? value.replaceAll('\0', '');
  return code.length > 0 && code.length <= MAX_CODE_CHARS ? code : null;
}

function textOf(field: Field | undefined, maxChars: number): string | undefined {
  const text = String(field?.value ?? '')
    .replaceAll('\0', '')
    .trim()
    .toWellFormed();
  return text.length > 0 && text.length <= maxChars ? text : undefined;
}

function numberOf(field: Field | undefined, below: number): number | undefined {
  const value = field?.value;
  return typeof value === 'number' && value >= 0 && value < below ? value : undefined;
}

/** As exactly as it can be kept, or the row would seem to have been changed by somebody else. */
function quantityOf(field: Field | undefined): number | undefined {
  const quantity = numberOf(field, MAX_QUANTITY);
  return quantity === undefined ? undefined : Math.round(quantity * 1000) / 1000;
}

/** Of two currencies of two readings none is sure: an amount brings its own, or none. */
function priceOf(price: Field | undefined, currency: Field | undefined): ProductValues['price'] {
  const amount = numberOf(price, MAX_PRICE);
  if (amount === undefined) return undefined;
  const code = String(currency?.value ?? '');
  return { amount: Math.round(amount * 100) / 100, currency: /^[A-Z]{3}$/.test(code) ? code : null };
}

function dateOf(field: Field | undefined): string | undefined {
  const text = String(field?.value ?? '');
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

/** Equal for names that differ in case, accents' encoding, spaces and punctuation alone. */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
