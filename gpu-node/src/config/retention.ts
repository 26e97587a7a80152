/** How long rows are kept, and how far ahead there is a place for new ones. */
import { z } from 'zod';
import { integer } from './variable.ts';

const YEAR_DAYS = 365;
const MAX_DAYS = 36_500;

export const retentionVariables = {
  PARTITION_MONTHS_AHEAD: integer(1, 24).default(2).describe('Months for which there is a partition beforehand.'),
  RESULT_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .max(MAX_DAYS)
    .refine((days) => days === 0 || days >= 31, 'must be 0, which keeps them, or 31 and more')
    .default(0)
    .describe(
      'Results, their corrections and receipts go by whole months once the month is older than this; 0: never.',
    ),
  ACCESS_LOG_RETENTION_DAYS: integer(30, MAX_DAYS)
    .default(3 * YEAR_DAYS)
    .describe('Who saw or removed which original.'),
  ERROR_LOG_RETENTION_DAYS: integer(1, MAX_DAYS).default(90).describe('Rows of ocr_error_logs.'),
  AUDIT_RETENTION_DAYS: integer(YEAR_DAYS, MAX_DAYS)
    .default(5 * YEAR_DAYS)
    .describe('Who administered what.'),
};
