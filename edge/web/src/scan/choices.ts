import { signal } from '@preact/signals';
import type { OcrType } from '../result/field-names.ts';

export const TYPES: readonly { readonly type: OcrType; readonly name: string }[] = [
  { type: 'receipt', name: 'Receipt' },
  { type: 'invoice', name: 'Invoice' },
  { type: 'product', name: 'Product' },
  { type: 'barcode', name: 'Barcode' },
  { type: 'document', name: 'Document' },
];

/** Bengali is taken, but not read yet: the answer says so too. */
export const LANGUAGES = [
  { language: 'en', name: 'English' },
  { language: 'bn', name: 'Bengali (not read yet)' },
  { language: 'en,bn', name: 'English and Bengali' },
] as const;

const TYPE_STORED_AS = 'edge-ocr.type';
const stored = localStorage.getItem(TYPE_STORED_AS);

/** What the next files show; that of the last visit. */
export const chosenType = signal<OcrType>(TYPES.find(({ type }) => type === stored)?.type ?? 'receipt');
export const chosenLanguage = signal<string>('en');

export function chooseType(type: OcrType): void {
  chosenType.value = type;
  localStorage.setItem(TYPE_STORED_AS, type);
}
