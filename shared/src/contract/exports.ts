/** Results in other formats than JSON: what a request may ask for, and under which type and name the answer comes. */
import { z } from 'zod';
import { resultsQuerySchema } from './results.ts';

export const EXPORT_FORMATS = ['json', 'csv', 'text', 'hocr'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
/** All but JSON, which has an envelope. */
export type FileFormat = Exclude<ExportFormat, 'json'>;

export const EXPORT_FILES: Readonly<Record<FileFormat, { readonly mediaType: string; readonly extension: string }>> = {
  csv: { mediaType: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
  text: { mediaType: 'text/plain; charset=utf-8', extension: 'txt' },
  hocr: { mediaType: 'application/xhtml+xml; charset=utf-8', extension: 'hocr' },
};

const rows = z
  .enum(['results', 'items'])
  .optional()
  .describe('Of format=csv: a row for each result (default), or for each of their line items.');
const ROWS_PROBLEM = { path: ['rows'], error: 'goes with format=csv alone' };
const rowsAreOfCsv = (query: { format?: string | undefined; rows?: string | undefined }) =>
  query.rows === undefined || query.format === 'csv';

/** Of one result. Absent is JSON. */
export const resultQuerySchema = z
  .strictObject({ format: z.enum(EXPORT_FORMATS).optional().describe('json by default.'), rows })
  .refine(rowsAreOfCsv, ROWS_PROBLEM)
  .meta({ id: 'ResultQuery' });
export type ResultQuery = z.output<typeof resultQuerySchema>;

/** Of a page of results. hOCR is one document's, so there is none of a list. */
export const resultsListQuerySchema = resultsQuerySchema
  .extend({ format: z.enum(['json', 'csv', 'text']).optional().describe('json by default.'), rows })
  .refine(rowsAreOfCsv, ROWS_PROBLEM)
  .meta({ id: 'ResultsListQuery' });
export type ResultsListQuery = z.output<typeof resultsListQuerySchema>;
