import { correctableFields } from '../contract/corrections.ts';
import { OCR_TYPES } from '../contract/options.ts';
import type { OcrResult } from '../contract/result.ts';
import { csvRow } from './csv-cell.ts';

type Cell = string | number | boolean | undefined;

/** The single values of `structured`, of all types, each once: the columns are the same whatever the results are. */
const FIELDS: readonly string[] = [...new Set(OCR_TYPES.flatMap(correctableFields))];

/** In this order; what is new comes last. */
const COLUMNS: Readonly<Record<string, (result: OcrResult) => Cell>> = {
  id: ({ id }) => id,
  created_at: ({ created_at }) => created_at,
  type: ({ type }) => type,
  confidence: ({ confidence }) => confidence,
  needs_review: ({ needs_review }) => needs_review,
  ...Object.fromEntries(FIELDS.map((name) => [name, (result: OcrResult) => fieldOf(result, name)])),
  line_items: ({ structured }) => structured.line_items?.length,
  image_sha256: ({ image }) => image.sha256,
};

const ITEM_COLUMNS = [
  'result_id',
  'created_at',
  'company',
  'date',
  'currency',
  'position',
  'name',
  'quantity',
  'unit_price',
  'amount',
  'confidence',
];

/**
 * A header and a row a result, by RFC 4180 in UTF-8, with what people corrected. Lists have no place in it: `line_items`
 * is how many there are, see `toLineItemsCsv`; identity documents and further tax numbers are in JSON alone.
 */
export function toCsv(results: readonly OcrResult[]): string {
  const cells = Object.values(COLUMNS);
  return csvRow(Object.keys(COLUMNS)) + results.map((result) => csvRow(cells.map((cell) => cell(result)))).join('');
}

/** A header and a row a line item, in the order of the results and of the paper. `position` counts from 1. */
export function toLineItemsCsv(results: readonly OcrResult[]): string {
  return csvRow(ITEM_COLUMNS) + results.flatMap(itemRows).join('');
}

function itemRows({ id, created_at, structured }: OcrResult): string[] {
  const { company, issuer, date, currency, line_items = [] } = structured;
  const of = [id, created_at, company ?? issuer, date, currency];
  return line_items.map(({ name, quantity, unit_price, amount, confidence }, index) =>
    csvRow([...of, index + 1, name, quantity, unit_price, amount, confidence]),
  );
}

function fieldOf({ structured }: OcrResult, name: string): Cell {
  const value = (structured as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
