import { z } from 'zod';
import { codeMeaningSchema } from './barcode.ts';
import { OCR_TYPES } from './options.ts';

const confidence = z.number().min(0).max(1);

/** Corner points in pixels of the upright original image, clockwise from the text's top left. */
export const polygonSchema = z
  .array(z.tuple([z.number(), z.number()]))
  .min(3)
  .meta({ id: 'Polygon' });
export type Polygon = z.infer<typeof polygonSchema>;

export const wordSchema = z.object({ text: z.string(), confidence, polygon: polygonSchema }).meta({ id: 'Word' });

export const lineSchema = z
  .object({
    text: z.string(),
    confidence,
    polygon: polygonSchema,
    page: z.int().min(0),
    row: z.int().min(0).describe('Lines with the same row stand beside each other on the page.'),
    words: z.array(wordSchema),
  })
  .meta({ id: 'Line' });
export type Line = z.infer<typeof lineSchema>;

export const fieldSchema = z
  .object({
    value: z.union([z.string(), z.number()]),
    confidence,
    line: z.int().min(0).nullable().describe('Index into lines; null when the value did not come from text.'),
    lines: z.array(z.int().min(0)).describe('All lines that the value was read from, in reading order.'),
    polygon: polygonSchema.nullable().describe('Around those of the lines that are on the first one’s page.'),
    mended: z
      .literal(true)
      .optional()
      .describe('The value is not what was read: a letter was read as a digit, or a sum settled it.'),
    check: z
      .enum(['passed', 'failed'])
      .optional()
      .describe('Whether its check digits hold or the sums around it agree; absent where nothing can tell.'),
    alternatives: z
      .array(z.union([z.string(), z.number()]))
      .optional()
      .describe('What the value may be as well, such as a date with day and month exchanged.'),
  })
  .meta({ id: 'Field' });
export type Field = z.infer<typeof fieldSchema>;

export const checkSchema = z
  .object({
    name: z.string().describe('What was checked, such as subtotal_and_tax_make_total.'),
    passed: z.boolean(),
    fields: z.array(z.string()).describe('The names in structured that the check speaks of.'),
    message: z.string().describe('For a person, with the numbers that do not agree.'),
  })
  .meta({ id: 'Check' });
export type Check = z.infer<typeof checkSchema>;

export const barcodeSchema = z
  .object({
    type: z.string().describe('Symbology, such as EAN13 or QRCode.'),
    value: z.string(),
    confidence,
    page: z.int().min(0),
    bounding_box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
    polygon: polygonSchema,
    ...codeMeaningSchema.shape,
  })
  .meta({ id: 'Barcode' });
export type Barcode = z.infer<typeof barcodeSchema>;

export const pageSchema = z
  .object({
    width: z.int().describe('Of the upright page in pixels; 0 for a page that could not be read.'),
    height: z.int(),
    text_source: z
      .enum(['ocr', 'pdf'])
      .optional()
      .describe('pdf: the text that the PDF brings was used, and OCR for what the page shows besides.'),
  })
  .meta({ id: 'Page' });
export type Page = z.infer<typeof pageSchema>;

const money = z.number();
/** A calendar date, YYYY-MM-DD. */
const calendarDate = z.iso.date();

export const lineItemSchema = z
  .object({
    name: z.string(),
    quantity: z.number().optional(),
    unit_price: money.optional(),
    amount: money.optional(),
    confidence: confidence.optional(),
    lines: z.array(z.int().min(0)).optional().describe('Indexes into lines that it was read from.'),
  })
  .meta({ id: 'LineItem' });
export type LineItem = z.infer<typeof lineItemSchema>;

export const productSchema = z
  .object({
    product_name: z.string(),
    brand: z.string(),
    price: money,
    currency: z.string(),
    unit_price: money,
    unit_price_per: z.string().describe('What unit_price is for, such as kg or 100 g.'),
    barcode: z.string(),
    gtin: z.string().describe('14 digits; absent for numbers that shops give within themselves.'),
    sku: z.string(),
    lot: z.string(),
    expiry_date: calendarDate,
    manufacture_date: calendarDate,
    quantity: z.number().describe('Net content, of one unit where pack_count says how many there are.'),
    unit: z.string().describe('Of quantity: g, kg, ml, l, oz, pcs and so on.'),
    pack_count: z.number(),
  })
  .partial()
  .meta({ id: 'Product' });

const totals = { subtotal: money, tax: money, total: money, currency: z.string(), line_items: z.array(lineItemSchema) };

export const PAYMENT_METHODS = [
  'cash',
  'card',
  'credit_card',
  'debit_card',
  'visa',
  'mastercard',
  'amex',
  'e_wallet',
  'upi',
  'bkash',
  'nagad',
  'rocket',
  'bank_transfer',
  'cheque',
  'voucher',
] as const;

export const receiptFieldsSchema = z
  .object({
    company: z.string(),
    address: z.string(),
    registration_number: z.string().describe('Of the company: ROC, BRN, UEN, ABN, CIN and the like.'),
    tax_id: z.string().describe('GST, SST, VAT, GSTIN, BIN or TIN number of the company.'),
    date: calendarDate,
    time: z.string().describe('HH:MM or HH:MM:SS, 24 hours.'),
    payment_method: z.enum(PAYMENT_METHODS),
    service_charge: money,
    discount: money.describe('What was taken off, as a positive number.'),
    rounding: money.describe('What was added, or with a minus taken off, to round the total.'),
    cash: money.describe('What was handed over in cash.'),
    change: money,
    ...totals,
  })
  .partial()
  .meta({ id: 'ReceiptFields' });

export const taxIdSchema = z
  .object({
    kind: z.enum(['vat', 'gstin', 'abn', 'other']),
    value: z.string().describe('Without spaces; a VAT number with the prefix of its country.'),
    country: z.string().optional().describe('ISO 3166 code of the country that gave it.'),
    party: z.enum(['seller', 'buyer']).optional().describe('Whose it is, where labels or places tell.'),
    check: z.enum(['passed', 'failed']).optional().describe('Whether its check digits hold; absent where it has none.'),
  })
  .meta({ id: 'TaxId' });
export type TaxId = z.infer<typeof taxIdSchema>;

export const invoiceFieldsSchema = z
  .object({
    issuer: z.string(),
    seller: z.string().describe('Who sold through the issuer’s market place.'),
    invoice_number: z.string(),
    order_number: z.string(),
    purchase_order: z.string().describe('The buyer’s own number of the order.'),
    customer_number: z.string(),
    date: calendarDate,
    due_date: calendarDate,
    payment_terms: z.string(),
    tax_id: z.string().describe('The seller’s.'),
    tax_ids: z.array(taxIdSchema),
    iban: z.string(),
    bic: z.string(),
    ...totals,
  })
  .partial()
  .meta({ id: 'InvoiceFields' });

export const identityDocumentSchema = z
  .object({
    kind: z.enum(['pan', 'aadhaar', 'driving_licence', 'passport', 'udyam', 'identity_card']),
    number: z.string(),
    valid: z.boolean().describe('Whether the number’s form holds, and its checksum where it has one.'),
    check: z.enum(['passed', 'failed']).optional().describe('Its check digits alone; absent where it has none.'),
    mended: z
      .literal(true)
      .optional()
      .describe('Letters were read as digits or the reverse, borne out by check digits where there are any.'),
    confidence,
    line: z.int().min(0).describe('Index into lines.'),
    lines: z.array(z.int().min(0)),
    polygon: polygonSchema,
    country: z
      .string()
      .optional()
      .describe('This and the following from a machine-readable zone. Issuing state, three letters.'),
    nationality: z.string().optional(),
    surname: z.string().optional(),
    given_names: z.string().optional(),
    birth_date: calendarDate.optional(),
    expiry_date: calendarDate.optional(),
    sex: z.enum(['M', 'F', 'X']).optional(),
  })
  .meta({ id: 'IdentityDocument' });

export const documentsSchema = z
  .object({ documents: z.array(identityDocumentSchema) })
  .partial()
  .meta({ id: 'Documents' });

/** The fields by type; which of them are there depends on `type` and on what could be read. */
export const structuredSchema = z
  .object({
    ...productSchema.shape,
    ...receiptFieldsSchema.shape,
    ...invoiceFieldsSchema.shape,
    ...documentsSchema.shape,
  })
  .meta({ id: 'Structured' });
export type Structured = z.infer<typeof structuredSchema>;

export const STAGES = [
  'inspect',
  'decode',
  'text_layer',
  'enhance',
  'detect',
  'recognise',
  'barcodes',
  'extract',
  'persist',
] as const;

/** Milliseconds of each stage that ran. Stages that run beside each other overlap, so the sum may exceed the whole. */
export const timingsSchema = z.partialRecord(z.enum(STAGES), z.number()).meta({ id: 'Timings' });
export type Timings = z.infer<typeof timingsSchema>;

export const PHOTO_FAULTS = ['dark', 'faint', 'blurred', 'small', 'skewed'] as const;

export const CACHE_STATES = ['hit', 'miss'] as const;

export const DUPLICATE_MATCHES = ['bytes', 'appearance'] as const;

export const correctionSchema = z
  .object({
    value: z.union([z.string(), z.number(), z.null()]).describe('null: the image has no such field.'),
    corrected_at: z.iso.datetime(),
  })
  .meta({ id: 'Correction' });
export type Correction = z.infer<typeof correctionSchema>;

export const ocrResultSchema = z
  .object({
    id: z.uuid(),
    type: z.enum(OCR_TYPES),
    text: z.string().describe('All lines in reading order, one row of the page a line.'),
    confidence: confidence.describe('Mean over characters; 0 when nothing was read.'),
    structured: structuredSchema,
    fields: z.record(z.string(), fieldSchema).describe('The scalar values of structured with their origin.'),
    checks: z
      .array(checkSchema)
      .describe('Sums and check digits that could be checked; one that fails asks for review and is told in warnings.'),
    barcodes: z.array(barcodeSchema),
    lines: z.array(lineSchema),
    pages: z.array(pageSchema),
    needs_review: z.boolean(),
    suggestion: z.string().optional().describe('What a person should do when the result needs review.'),
    photo_faults: z
      .array(z.enum(PHOTO_FAULTS))
      .optional()
      .describe('Why the photo is hard to read; looked for only where it reads badly. The suggestion says what to do.'),
    warnings: z.array(z.string()),
    processing_time_ms: z.number().describe('Time in the node when the image was first processed.'),
    timings: timingsSchema,
    model_used: z.string(),
    model_version: z.string(),
    cache: z.enum(CACHE_STATES).describe('The only value that differs when an answer is repeated.'),
    duplicate_of: z.uuid().nullable().describe('The shop’s first result for the same image; see duplicate_match.'),
    duplicate_match: z
      .enum(DUPLICATE_MATCHES)
      .nullable()
      .describe(
        'How duplicate_of is known. bytes: the same file, read under other options or models, or no longer cached. ' +
          'appearance: the same photo or page in other bytes, with the same facts on it.',
      ),
    corrections: z
      .record(z.string(), correctionSchema)
      .optional()
      .describe(
        'What a person said the fields are, each the latest; shown in structured too. ' +
          'Only on results fetched by id or search: what was read stays in fields.',
      ),
    image: z.object({ sha256: z.string(), format: z.string(), size_bytes: z.int() }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'OcrResult' });
export type OcrResult = z.infer<typeof ocrResultSchema>;
