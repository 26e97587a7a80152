import { type OcrOptions, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import { uniqueEntries } from '../unique-entries.ts';
import { MultipartError, type Part, parseMultipart } from './multipart.ts';
import { imageTooLarge } from './read-body.ts';

/** What a multipart body may have beside the file: boundaries, part headers and the options. */
export const ENVELOPE_MAX_BYTES = 64 * 1024;

/** Of one option; the longest that means anything is a list of languages. */
const FIELD_MAX_BYTES = 1024;

const HOW_TO_SEND =
  'Send multipart/form-data with the file in the field "image", or the bare file with its image/… or application/pdf Content-Type.';

const OTHER_TYPES_OF_FILES = ['application/octet-stream', MEDIA_TYPES.pdf];

export interface Upload {
  /** The file's bytes; not empty. */
  readonly image: Uint8Array;
  readonly options: OcrOptions;
}

/**
 * The file and its options, from a multipart form or from a bare file with its options in the query.
 * @throws OcrError INVALID_REQUEST, UNSUPPORTED_TYPE, IMAGE_TOO_LARGE
 */
export function parseUpload(request: Request, body: Uint8Array, maxImageBytes: number): Upload {
  if (body.byteLength === 0) throw invalid('The body is empty');
  const mediaType = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const query = new URL(request.url).searchParams;
  const upload = readUpload(mediaType, query, request, body);
  if (upload.image.byteLength === 0) throw invalid('The image is empty');
  if (upload.image.byteLength > maxImageBytes) throw imageTooLarge(maxImageBytes);
  return upload;
}

function readUpload(mediaType: string, query: URLSearchParams, request: Request, body: Uint8Array): Upload {
  if (mediaType === 'multipart/form-data') {
    if (query.size > 0) throw invalid('Options of a multipart request are form fields, not query parameters');
    return fromForm(partsOf(request.headers.get('content-type') ?? '', body));
  }
  if (mediaType.startsWith('image/') || OTHER_TYPES_OF_FILES.includes(mediaType)) {
    return { image: body, options: parseOcrOptions(uniqueEntries(query)) };
  }
  throw new OcrError('UNSUPPORTED_TYPE', {
    message: 'This Content-Type is not supported here',
    suggestion: HOW_TO_SEND,
  });
}

function partsOf(contentType: string, body: Uint8Array): Part[] {
  try {
    return parseMultipart(contentType, body);
  } catch (cause) {
    if (!(cause instanceof MultipartError)) throw cause;
    throw new OcrError('INVALID_REQUEST', {
      message: 'The multipart body is malformed',
      suggestion: HOW_TO_SEND,
      cause,
    });
  }
}

function fromForm(parts: readonly Part[]): Upload {
  const { image, ...fields } = uniqueEntries(parts.map((part) => [part.name, part] as const));
  if (!image?.isFile) throw invalid('The form has no file in the field "image"');
  if (Object.values(fields).some(({ isFile }) => isFile))
    throw invalid('The form has a file outside the field "image"');
  const texts = Object.entries(fields).map(([name, { bytes }]) => [name, textOf(bytes)]);
  return { image: image.bytes, options: parseOcrOptions(Object.fromEntries(texts)) };
}

function textOf(field: Uint8Array): string {
  if (field.byteLength > FIELD_MAX_BYTES) throw invalid('A field of the form is too long');
  return new TextDecoder().decode(field);
}

function invalid(message: string): OcrError {
  return new OcrError('INVALID_REQUEST', { message, suggestion: HOW_TO_SEND });
}
