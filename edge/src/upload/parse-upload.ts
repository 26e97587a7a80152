import { type OcrOptions, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { uniqueEntries } from '../unique-entries.ts';
import { imageTooLarge } from './read-body.ts';

/** What a multipart body may have beside the file: boundaries, part headers and the options. */
export const ENVELOPE_MAX_BYTES = 64 * 1024;

const HOW_TO_SEND =
  'Send multipart/form-data with the file in the field "image", or the bare file with its image/… Content-Type.';

export interface Upload {
  /** The file's bytes; not empty. */
  readonly image: Uint8Array;
  readonly options: OcrOptions;
}

/**
 * The file and its options, from a multipart form or from a bare file with its options in the query.
 * @throws OcrError INVALID_REQUEST, UNSUPPORTED_TYPE, IMAGE_TOO_LARGE
 */
export async function parseUpload(request: Request, body: Uint8Array, maxImageBytes: number): Promise<Upload> {
  if (body.byteLength === 0) throw invalid('The body is empty');
  const mediaType = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const query = new URL(request.url).searchParams;
  const upload = await readUpload(mediaType, query, request, body);
  if (upload.image.byteLength === 0) throw invalid('The image is empty');
  if (upload.image.byteLength > maxImageBytes) throw imageTooLarge(maxImageBytes);
  return upload;
}

async function readUpload(
  mediaType: string,
  query: URLSearchParams,
  request: Request,
  body: Uint8Array,
): Promise<Upload> {
  if (mediaType === 'multipart/form-data') {
    if (query.size > 0) throw invalid('Options of a multipart request are form fields, not query parameters');
    return fromForm(await parseForm(request.headers.get('content-type') ?? '', body));
  }
  if (mediaType.startsWith('image/') || mediaType === 'application/octet-stream') {
    return { image: body, options: parseOcrOptions(uniqueEntries(query)) };
  }
  throw new OcrError('UNSUPPORTED_TYPE', {
    message: 'This Content-Type is not supported here',
    suggestion: HOW_TO_SEND,
  });
}

async function parseForm(contentType: string, body: Uint8Array): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'Content-Type': contentType } }).formData();
  } catch (cause) {
    throw new OcrError('INVALID_REQUEST', {
      message: 'The multipart body is malformed',
      suggestion: HOW_TO_SEND,
      cause,
    });
  }
}

async function fromForm(form: FormData): Promise<Upload> {
  const { image, ...fields } = uniqueEntries<string | File>(form);
  if (!(image instanceof File)) throw invalid('The form has no file in the field "image"');
  if (Object.values(fields).some((value) => typeof value !== 'string')) {
    throw invalid('The form has a file outside the field "image"');
  }
  return { image: new Uint8Array(await image.arrayBuffer()), options: parseOcrOptions(fields) };
}

function invalid(message: string): OcrError {
  return new OcrError('INVALID_REQUEST', { message, suggestion: HOW_TO_SEND });
}
