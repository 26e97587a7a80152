import type { OcrOptions, OcrType } from '@edge-ocr/shared/contract/options';
import type { Barcode, Check, Field, Line } from '@edge-ocr/shared/contract/result';
import { type PhotoFault, retakeAdvice } from './photo-faults.ts';

export interface Judgement {
  readonly confidence: number;
  readonly needs_review: boolean;
  /** What a person should compare or type in; only where review is needed. */
  readonly suggestion?: string;
  readonly warnings: string[];
}

interface Reading {
  readonly lines: readonly Line[];
  readonly barcodes: readonly Barcode[];
  readonly fields: Readonly<Record<string, Field>>;
  readonly checks: readonly Check[];
  /** Of the pages that read badly. */
  readonly faults: readonly PhotoFault[];
  readonly options: OcrOptions;
  /** Languages asked for that this node has no engine for. */
  readonly unread: readonly string[];
}

/** What nobody should book without it: a page of this type that lacks one, or is not sure of it, is for a person to see. */
const KEY_FIELDS: Record<OcrType, readonly string[]> = {
  receipt: ['total', 'date'],
  invoice: ['invoice_number', 'total', 'date'],
  // A pack need not show a price, nor a shelf label a barcode.
  product: [],
  barcode: [],
  document: [],
};
/** Looked at where they were found. */
const BOOKED_FIELDS = ['price', 'barcode', 'total', 'date', 'invoice_number'];

/**
 * How far a result can be trusted. Low confidence is no error: the client gets what there is and a suggestion.
 */
export function judgeResult(reading: Reading): Judgement {
  const { lines, barcodes, options } = reading;
  const confidence = meanConfidence(lines, barcodes);
  const warnings = reading.unread.map((language) => `Text in language ${language} cannot be read by this node`);
  const found = lines.length > 0 || barcodes.length > 0;
  const doubtful = found ? doubtfulFields(reading) : [];
  const isSure = found && warnings.length === 0 && confidence >= options.confidence_threshold && doubtful.length === 0;
  const rounded = Math.round(confidence * 1e4) / 1e4;
  if (isSure && reading.checks.every((check) => check.passed)) {
    return { confidence: rounded, needs_review: false, warnings };
  }
  return {
    confidence: rounded,
    needs_review: true,
    suggestion: suggestionFor(found, doubtful, reading.faults),
    warnings,
  };
}

/** The mean over the characters of all lines; where only codes were found, the surest of them. */
export function meanConfidence(lines: readonly Line[], barcodes: readonly Barcode[]): number {
  const characters = lines.reduce((sum, line) => sum + line.text.length, 0);
  if (characters === 0) return Math.max(0, ...barcodes.map((code) => code.confidence));
  return lines.reduce((sum, line) => sum + line.confidence * line.text.length, 0) / characters;
}

/** Fields that are wanted and missing, unsure, or contradicted by a check; in the order of their importance. */
function doubtfulFields({ fields, checks, options }: Reading): string[] {
  const missing = KEY_FIELDS[options.type].filter((name) => !fields[name]);
  const unsure = BOOKED_FIELDS.filter((name) => fields[name] && fields[name].confidence < options.confidence_threshold);
  const contradicted = checks.filter(({ passed }) => !passed).flatMap((check) => check.fields);
  return [...new Set([...missing, ...unsure, ...contradicted])];
}

function suggestionFor(found: boolean, doubtful: readonly string[], faults: readonly PhotoFault[]): string {
  const names = doubtful.map((name) => name.replaceAll('_', ' ')).join(', ');
  if (!found) return 'Nothing was found. Take a sharper, closer photo, or type the fields in.';
  const compare =
    names === ''
      ? 'Compare the fields with the image and type in what is missing or wrong.'
      : `Compare with the image, and type in what is missing or wrong: ${names}.`;
  return faults.length === 0 ? compare : `${retakeAdvice(faults)} Or: ${compare[0]!.toLowerCase()}${compare.slice(1)}`;
}
