import { EXPORT_FILES, type FileFormat } from '@edge-ocr/shared/contract/exports';
import { OcrError } from '@edge-ocr/shared/errors';
import type { NodeReply } from '../nodes/call-node.ts';
import { readReply } from '../nodes/read-reply.ts';

/** Of the node's headers, those that belong to the file. */
const OWN_HEADERS = ['Content-Disposition', 'Link'] as const;

/**
 * A file as the node made it: of the type that was asked for, or it is none of ours to pass on.
 * @throws OcrError as the node gave it; NETWORK_ERROR
 */
export function exportedFile(reply: NodeReply, format: FileFormat): Response {
  const { mediaType } = EXPORT_FILES[format];
  const typeOf = (text: string | null) => text?.split(';')[0];
  if (reply.status !== 200 || typeOf(reply.headers.get('content-type')) !== typeOf(mediaType)) throw failureIn(reply);
  const headers = new Headers({ 'Content-Type': mediaType, 'Cache-Control': 'private, no-store' });
  for (const name of OWN_HEADERS) {
    const value = reply.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(reply.text, { headers });
}

function failureIn(reply: NodeReply): OcrError {
  const outcome = readReply(reply);
  if ('error' in outcome) return outcome.error;
  return new OcrError('NETWORK_ERROR', { message: 'The OCR node gave no usable answer' });
}
