import { type OcrOptions, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { uniqueEntries } from '../unique-entries.ts';
import { mediaTypeOf, partsOf, textOf } from './parse-upload.ts';

const FIELD = 'images';
const HOW_TO_SEND = `Send multipart/form-data with each file in a field "${FIELD}" of its own.`;

export interface BatchUpload {
  /** Views of the body, in the order of the form; an image may be empty. */
  readonly images: readonly Uint8Array[];
  readonly options: OcrOptions;
}

/** The files of a form, and the options for all of them. @throws OcrError INVALID_REQUEST, UNSUPPORTED_TYPE */
export function parseBatchUpload(request: Request, body: Uint8Array, maxImages: number): BatchUpload {
  if (mediaTypeOf(request) !== 'multipart/form-data') {
    throw new OcrError('UNSUPPORTED_TYPE', {
      message: 'This Content-Type is not supported here',
      suggestion: HOW_TO_SEND,
    });
  }
  if (new URL(request.url).search !== '') throw invalid('Options are form fields, not query parameters');
  const parts = partsOf(request.headers.get('content-type') ?? '', body);
  const files = parts.filter(({ isFile }) => isFile);
  if (files.some(({ name }) => name !== FIELD)) throw invalid(`The form has a file outside the field "${FIELD}"`);
  if (files.length === 0) throw invalid(`The form has no file in the field "${FIELD}"`);
  if (files.length > maxImages) {
    throw new OcrError('INVALID_REQUEST', {
      message: `The batch has ${files.length} images, and may have ${maxImages}`,
      suggestion: 'Send the images in several batches.',
      details: { max_images: maxImages },
    });
  }
  const fields = uniqueEntries(parts.filter(({ isFile }) => !isFile).map((part) => [part.name, part] as const));
  const texts = Object.entries(fields).map(([name, { bytes }]) => [name, textOf(bytes)]);
  return { images: files.map(({ bytes }) => bytes), options: parseOcrOptions(Object.fromEntries(texts)) };
}

function invalid(message: string): OcrError {
  return new OcrError('INVALID_REQUEST', { message, suggestion: HOW_TO_SEND });
}
