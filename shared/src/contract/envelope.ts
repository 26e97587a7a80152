import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';

export const errorBodySchema = z
  .object({
    code: z.enum(ERROR_CODES),
    message: z.string().describe('What happened, for a developer.'),
    details: z.looseObject({
      suggestion: z.string().describe('What to do now, for a person.'),
      retryable: z.boolean().describe('Whether the same request may succeed later.'),
      request_id: z.string().describe('Quote this when you report a problem.'),
    }),
  })
  .meta({ id: 'Error' });

export const errorEnvelopeSchema = z
  .object({ success: z.literal(false), error: errorBodySchema })
  .meta({ id: 'ErrorEnvelope' });

/** The success envelope around `data`. */
export function successEnvelope<T extends z.ZodType>(data: T) {
  return z.object({ success: z.literal(true), data });
}
