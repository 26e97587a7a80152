import { z } from 'zod';
import { OcrError } from '../errors.ts';
import { type OcrType, printable } from './options.ts';
import { documentsSchema, invoiceFieldsSchema, productSchema, receiptFieldsSchema } from './result.ts';

export const CORRECTIONS_MAX_FIELDS = 50;

export const correctionsSchema = z
  .strictObject({
    fields: z
      .record(z.string().max(60), z.union([z.string().max(2000), z.number(), z.null()]))
      .refine((fields) => Object.keys(fields).length > 0, 'must name a field')
      .refine(
        (fields) => Object.keys(fields).length <= CORRECTIONS_MAX_FIELDS,
        `must not name more than ${CORRECTIONS_MAX_FIELDS}`,
      )
      .describe(
        'What a person says the fields are; null says that the image has no such field. A value as it was read confirms it.',
      ),
  })
  .meta({ id: 'Corrections' });
export type Corrections = z.output<typeof correctionsSchema>['fields'];

/** The fields of each type; only its scalars can be corrected. */
const SHAPES: Readonly<Record<OcrType, Readonly<Record<string, z.ZodType>>>> = {
  product: productSchema.shape,
  receipt: receiptFieldsSchema.shape,
  invoice: invoiceFieldsSchema.shape,
  barcode: { barcode: productSchema.shape.barcode },
  document: documentsSchema.shape,
};

const SCALARS: readonly string[] = ['string', 'number', 'enum'];

/** The names that a correction of a result of this type may have. */
export function correctableFields(type: OcrType): string[] {
  return Object.entries(SHAPES[type]).flatMap(([name, schema]) => (isScalar(schema) ? [name] : []));
}

function isScalar(schema: z.ZodType): boolean {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  return SCALARS.includes(inner.def.type);
}

/**
 * Corrections with every value as its field holds it: dates as YYYY-MM-DD, amounts as numbers, text without white space
 * around it.
 * @throws OcrError INVALID_REQUEST naming the fields that are wrong, never what was sent for them.
 */
export function checkCorrections(type: OcrType, sent: Corrections): Corrections {
  const known = correctableFields(type);
  const checked: Corrections = {};
  const issues: { field: string; problem: string }[] = [];
  for (const [name, value] of Object.entries(sent)) {
    const field = printable(name);
    if (!known.includes(name)) issues.push({ field, problem: 'is not known' });
    else {
      const own = typeof value === 'string' ? value.trim() : value;
      const problem = problemWith(SHAPES[type][name]!, own);
      if (problem) issues.push({ field, problem });
      else checked[name] = own;
    }
  }
  const [first] = issues;
  if (!first) return checked;
  throw new OcrError('INVALID_REQUEST', {
    message: `Field ${first.field} of type ${type}: ${first.problem}`,
    suggestion:
      known.length > 0
        ? `Fields that can be corrected: ${known.join(', ')}. Dates are YYYY-MM-DD, amounts are numbers.`
        : `Results of type ${type} have no fields that can be corrected yet.`,
    details: { issues, known_fields: known },
  });
}

function problemWith(schema: z.ZodType, value: string | number | null): string | null {
  if (value === null) return null;
  if (value === '') return 'is empty; null says that the image has no such field';
  const parsed = schema.safeParse(value);
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'is not valid');
}
