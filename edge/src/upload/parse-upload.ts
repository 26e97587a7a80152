import { type OcrOptions, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import { uniqueEntries } from '../unique-entries.ts';
import { MultipartError, type Part, parseMultipart } from './multipart.ts';
import { imageTooLarge } from './read-body.ts';

/** What a multipart body may have beside the file: boundaries, part headers and the options. */
export const ENVELOPE_MAX_BYTES = 64 * 1024;

/** Of one option; the longest that means anything is the address of a callback. */
const FIELD_MAX_BYTES = 2048;

const HOW_TO_SEND =
  'Send multipart/form-data with the file in the field "image", or the bare file with its image/… or application/pdf Content-Type.';

const OTHER_TYPES_OF_FILES = ['application/octet-stream', MEDIA_TYPES.pdf];

export interface Upload<Options = OcrOptions> {
  /** The file's bytes; not empty. */
  readonly image: Uint8Array;
  readonly options: Options;
}

/** Options of an upload from its fields. @throws OcrError INVALID_REQUEST */
type OptionsParser<Options> = (fields: Record<string, unknown>) => Options;

/**
 * The file and its options, from a multipart form or from a bare file with its options in the query.
 * @throws OcrError INVALID_REQUEST, UNSUPPORTED_TYPE, IMAGE_TOO_LARGE
 */
export function parseUpload(request: Request, body: Uint8Array, maxImageBytes: number): Upload;
export function parseUpload<Options>(
  request: Request,
  body: Uint8Array,
  maxImageBytes: number,
  parseOptions: OptionsParser<Options>,
): Upload<Options>;
export function parseUpload(
  request: Request,
  body: Uint8Array,
  maxImageBytes: number,
  parseOptions: OptionsParser<unknown> = parseOcrOptions,
): Upload<unknown> {
  if (body.byteLength === 0) throw invalid('The body is empty');
  const query = new URL(request.url).searchParams;
  const upload = readUpload(mediaTypeOf(request), query, { request, body, parseOptions });
  if (upload.image.byteLength === 0) throw invalid('The image is empty');
  if (upload.image.byteLength > maxImageBytes) throw imageTooLarge(maxImageBytes);
  return upload;
}

interface Sent {
  readonly request: Request;
  readonly body: Uint8Array;
  readonly parseOptions: OptionsParser<unknown>;
}

function readUpload(mediaType: string, query: URLSearchParams, { request, body, parseOptions }: Sent): Upload<unknown> {
  if (mediaType === 'multipart/form-data') {
    if (query.size > 0) throw invalid('Options of a multipart request are form fields, not query parameters');
    return fromForm(partsOf(request.headers.get('content-type') ?? '', body), parseOptions);
  }
  if (mediaType.startsWith('image/') || OTHER_TYPES_OF_FILES.includes(mediaType)) {
    return { image: body, options: parseOptions(uniqueEntries(query)) };
  }
  throw new OcrError('UNSUPPORTED_TYPE', {
    message: 'This Content-Type is not supported here',
    suggestion: HOW_TO_SEND,
  });
}

export function mediaTypeOf(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** The parts of a form. @throws OcrError INVALID_REQUEST */
export function partsOf(contentType: string, body: Uint8Array): Part[] {
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

function fromForm(parts: readonly Part[], parseOptions: OptionsParser<unknown>): Upload<unknown> {
  const { image, ...fields } = uniqueEntries(parts.map((part) => [part.name, part] as const));
  if (!image?.isFile) throw invalid('The form has no file in the field "image"');
  if (Object.values(fields).some(({ isFile }) => isFile))
    throw invalid('The form has a file outside the field "image"');
  const texts = Object.entries(fields).map(([name, { bytes }]) => [name, textOf(bytes)]);
  return { image: image.bytes, options: parseOptions(Object.fromEntries(texts)) };
}

/** The value of a field that is no file. @throws OcrError INVALID_REQUEST */
export function textOf(field: Uint8Array): string {
  if (field.byteLength > FIELD_MAX_BYTES) throw invalid('A field of the form is too long');
  return new TextDecoder().decode(field);
}

function invalid(message: string): OcrError {
  return new OcrError('INVALID_REQUEST', { message, suggestion: HOW_TO_SEND });
}
