import { invalidRequest } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { parseJson } from '@edge-ocr/shared/parse-json';
import type { z } from 'zod';
import { readBody } from './read-body.ts';

/**
 * A JSON body that fits the schema, never holding more than `maxBytes` of it.
 * @param deadline milliseconds since the epoch.
 * @throws OcrError INVALID_REQUEST, which never shows what was sent; TIMEOUT when the client is too slow.
 */
export async function readJson<T extends z.ZodType>(
  request: Request,
  schema: T,
  { maxBytes, deadline }: { readonly maxBytes: number; readonly deadline: number },
): Promise<z.output<T>> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new OcrError('INVALID_REQUEST', { message: 'The Content-Type is not application/json' });
  }
  const body = await readBody(request, maxBytes, 0, deadline).catch((error: unknown) => {
    throw error instanceof OcrError && error.code === 'IMAGE_TOO_LARGE' ? tooLarge(maxBytes) : error;
  });
  const json = parseJson(new TextDecoder().decode(body));
  if (json === undefined) throw new OcrError('INVALID_REQUEST', { message: 'The body is not JSON' });
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}

function tooLarge(maxBytes: number): OcrError {
  return new OcrError('INVALID_REQUEST', {
    message: `The body has more than ${maxBytes} bytes`,
    suggestion: 'Send fewer or shorter values.',
    details: { max_bytes: maxBytes },
  });
}
