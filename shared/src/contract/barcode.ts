import { z } from 'zod';

const checkDigit = z.enum(['valid', 'invalid']);
const gtin = z.string().regex(/^\d{14}$/);
/** A calendar date, YYYY-MM-DD. */
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const measure = z.object({ value: z.number(), unit: z.string() });
const money = z.object({
  value: z.number(),
  currency: z.string().optional().describe('ISO 4217 letters; the digits where they stand for none.'),
});

/** What the elements of a GS1 symbol say; a shop's fields by name, all elements in their order. */
export const gs1ContentSchema = z
  .object({
    elements: z.array(
      z.object({
        ai: z.string().describe('Application identifier, two to four digits.'),
        title: z.string().describe('GS1’s data title, such as BATCH/LOT.'),
        value: z.string(),
        check_digit: checkDigit.optional(),
        malformed: z.literal(true).optional().describe('Of a length or of characters that the identifier forbids.'),
      }),
    ),
    gtin: gtin.optional(),
    content_gtin: gtin.optional().describe('Of the items that a logistic unit contains.'),
    sscc: z.string().optional(),
    lot: z.string().optional(),
    serial: z.string().optional(),
    expiry_date: date.optional(),
    best_before: date.optional(),
    sell_by: date.optional(),
    production_date: date.optional(),
    packaging_date: date.optional(),
    due_date: date.optional(),
    net_weight: measure.optional(),
    gross_weight: measure.optional(),
    net_volume: measure.optional(),
    count: z.number().optional(),
    price: money.optional().describe('Of an item of variable measure.'),
    amount: money.optional().describe('Payable, as on a payment slip.'),
  })
  .meta({ id: 'Gs1Content' });
export type Gs1Content = z.infer<typeof gs1ContentSchema>;

/** What a code's value means, where it is one of GS1's; each part absent where it does not apply. */
export const codeMeaningSchema = z.object({
  check_digit: checkDigit.optional().describe('Whether the check digits in the value hold, where there are any.'),
  gtin: gtin.optional().describe('The trade item’s number in 14 digits, whichever symbology it came in.'),
  restricted: z
    .literal(true)
    .optional()
    .describe('A number of a shop or region of its own, often with a price or weight inside; never a GTIN.'),
  printed: z.string().optional().describe('The eight digits under a UPC-E; value is the UPC-A they stand for.'),
  addon: z.string().optional().describe('Two or five digits of the symbol to the right of an EAN or UPC.'),
  isbn: z.string().optional().describe('ISBN-13.'),
  isbn10: z.string().optional().describe('The same book’s ISBN-10, which only those with 978 have.'),
  issn: z.string().optional().describe('Eight characters without a hyphen.'),
  gs1: gs1ContentSchema.optional(),
});
export type CodeMeaning = z.infer<typeof codeMeaningSchema>;
