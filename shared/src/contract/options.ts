import { z } from 'zod';
import { OcrError } from '../errors.ts';

export const OCR_TYPES = ['product', 'receipt', 'invoice', 'barcode', 'document'] as const;

const flag = z.union(
  [z.boolean(), z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] })],
  'must be true or false',
);
const FRACTION_PROBLEM = 'must be a number from 0 to 1';
const fraction = z.union(
  [
    z.number(),
    z
      .string()
      .regex(/^\d*\.?\d+$/)
      .transform(Number),
  ],
  FRACTION_PROBLEM,
);

/** Options of one OCR request, as multipart fields, query parameters or JSON; unknown names are refused. */
export const ocrOptionsSchema = z
  .strictObject({
    type: z.enum(OCR_TYPES).default('product').describe('What the image shows; decides which fields are read.'),
    confidence_threshold: fraction
      .pipe(z.number().min(0, FRACTION_PROBLEM).max(1, FRACTION_PROBLEM))
      .default(0.8)
      .describe('Below this confidence the result asks for review.'),
    extract_barcodes: flag.default(true).describe('Whether to look for barcodes.'),
    language: z
      .string()
      .regex(/^(en|bn)(,(en|bn))*$/, 'must be en, bn or a comma-separated list of them')
      .default('en')
      .describe('Languages of the text: en, bn, or a list such as en,bn.'),
  })
  .meta({ id: 'OcrOptions' });

export type OcrOptions = z.output<typeof ocrOptionsSchema>;
export type OcrType = OcrOptions['type'];

/**
 * Parse options as a client wrote them.
 * @throws OcrError INVALID_REQUEST naming the first option that is wrong and what it may be.
 */
export function parseOcrOptions(input: Record<string, unknown>): OcrOptions {
  const parsed = ocrOptionsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error, Object.keys(ocrOptionsSchema.shape));
}

/** INVALID_REQUEST from a zod error, with the names that are wrong but never the values that were sent. */
export function invalidRequest(error: z.ZodError, known: readonly string[] = []): OcrError {
  const issues = error.issues.map((issue) => ({
    option: issue.code === 'unrecognized_keys' ? issue.keys.map(printable).join(', ') : issue.path.join('.'),
    problem: issue.code === 'unrecognized_keys' ? 'is not known' : issue.message,
  }));
  const [first] = issues;
  return new OcrError('INVALID_REQUEST', {
    message: `Option ${first?.option || '(body)'}: ${first?.problem ?? 'is not valid'}`,
    ...(known.length > 0 && { suggestion: `Known options: ${known.join(', ')}. See /openapi.json for their values.` }),
    details: { issues },
  });
}

/** A client's own key name, made safe to show: short and plain. */
export function printable(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 40);
}

/** Options as one string that is equal exactly when they mean the same; part of every cache key. */
export function canonicalOptions(options: OcrOptions): string {
  const languages = [...new Set(options.language.split(','))].sort().join('+');
  return [
    options.type,
    options.confidence_threshold.toFixed(4),
    options.extract_barcodes ? 'codes' : 'nocodes',
    languages,
  ].join(':');
}
