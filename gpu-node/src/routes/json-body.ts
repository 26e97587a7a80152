import { invalidRequest } from '@edge-ocr/shared/contract/options';
import { parseJson } from '@edge-ocr/shared/parse-json';
import type { z } from 'zod';

/** A JSON body that fits the schema. @throws OcrError INVALID_REQUEST */
export function parseJsonBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(Buffer.isBuffer(body) ? parseJson(body.toString('utf8')) : undefined);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}
