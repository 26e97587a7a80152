import type { OcrResult } from '@edge-ocr/shared/contract/result';

export type OcrType = OcrResult['type'];
export type FieldKind = 'money' | 'number' | 'date' | 'time' | 'choice' | 'text' | 'long';

/**
 * The fields that can be corrected, by type and in the order of the form. The contract knows them too
 * (correctableFields), but brings zod along, which is more than the whole page; a test holds the two together.
 */
export const FIELDS: Readonly<Record<OcrType, readonly string[]>> = {
  product:
    'product_name brand price currency unit_price unit_price_per quantity unit pack_count barcode gtin sku lot expiry_date manufacture_date'.split(
      ' ',
    ),
  receipt:
    'company address date time subtotal discount service_charge tax rounding total currency payment_method cash change registration_number tax_id'.split(
      ' ',
    ),
  invoice:
    'issuer seller invoice_number date due_date payment_terms subtotal tax total currency order_number purchase_order customer_number tax_id iban bic'.split(
      ' ',
    ),
  barcode: ['barcode'],
  document: [],
};

/** Those of PAYMENT_METHODS, in words. */
export const PAYMENTS: Readonly<Record<string, string>> = {
  cash: 'Cash',
  card: 'Card',
  credit_card: 'Credit card',
  debit_card: 'Debit card',
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  e_wallet: 'E-wallet',
  upi: 'UPI',
  bkash: 'bKash',
  nagad: 'Nagad',
  rocket: 'Rocket',
  bank_transfer: 'Bank transfer',
  cheque: 'Cheque',
  voucher: 'Voucher',
};

/** Where the name alone, without its underscores, would not be what people say. */
const NAMES: Readonly<Record<string, string>> = {
  barcode: 'Barcode',
  bic: 'BIC',
  cash: 'Cash given',
  gtin: 'GTIN',
  iban: 'IBAN',
  issuer: 'Company',
  lot: 'Batch',
  manufacture_date: 'Made on',
  expiry_date: 'Use by',
  pack_count: 'Pieces in the pack',
  product_name: 'Product',
  purchase_order: 'Purchase order',
  quantity: 'Content',
  registration_number: 'Company number',
  sku: 'SKU',
  subtotal: 'Subtotal',
  tax_id: 'Tax number',
  unit: 'Unit of the content',
  unit_price: 'Price per unit',
  unit_price_per: 'Price is per',
};

const MONEY = 'price unit_price subtotal discount service_charge tax rounding total cash change'.split(' ');

/** A field's name in plain words. */
export function nameOf(field: string): string {
  const words = field.replaceAll('_', ' ');
  return NAMES[field] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

export function kindOf(field: string): FieldKind {
  if (MONEY.includes(field)) return 'money';
  if (field === 'quantity' || field === 'pack_count') return 'number';
  if (field === 'date' || field.endsWith('_date')) return 'date';
  if (field === 'payment_method') return 'choice';
  if (field === 'address') return 'long';
  return field === 'time' ? 'time' : 'text';
}
