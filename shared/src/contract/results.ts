import { z } from 'zod';
import { OCR_TYPES } from './options.ts';
import { ocrResultSchema } from './result.ts';

export const PAGE_LIMIT_MAX = 100;

export const resultsQuerySchema = z
  .strictObject({
    query: z.string().max(200).optional().describe('Full-text search over the recognised text.'),
    type: z.enum(OCR_TYPES).optional(),
    from: z.iso
      .datetime({ offset: true })
      .or(z.iso.date())
      .optional()
      .describe('Only results made at this time or later.'),
    cursor: z.string().max(200).optional().describe('next_cursor of the page before.'),
    limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(20),
  })
  .meta({ id: 'ResultsQuery' });
export type ResultsQuery = z.output<typeof resultsQuerySchema>;

export const resultsPageSchema = z
  .object({ results: z.array(ocrResultSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'ResultsPage' });
