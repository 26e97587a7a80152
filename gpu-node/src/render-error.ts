/** The node's one renderer: whatever was thrown becomes an envelope of the catalogue, and nothing internal leaks. */
import { OcrError } from '@edge-ocr/shared/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Errors of Fastify itself that are the client's doing. */
const FASTIFY_ERRORS: Record<string, () => OcrError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new OcrError('IMAGE_TOO_LARGE', { message: 'The body has more bytes than allowed' }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new OcrError('INVALID_REQUEST', { message: 'Content-Length does not match the body' }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new OcrError('INVALID_REQUEST', { message: 'Content-Type is not a valid media type' }),
  FST_ERR_BAD_URL: () => new OcrError('INVALID_REQUEST', { message: 'The address is not valid' }),
  FST_ERR_MAX_PARAM_LENGTH: () => new OcrError('INVALID_REQUEST', { message: 'A part of the address is too long' }),
};

export function renderError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = FASTIFY_ERRORS[codeOf(thrown)]?.() ?? OcrError.from(thrown);
  if (error.status >= 500) request.span?.fail(error.code);
  else request.span?.set({ 'error.type': error.code });
  if (error.status >= 500) request.log.error({ err: thrown, code: error.code }, error.message);
  else request.log.info({ code: error.code }, error.message);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  return reply.status(error.status).send(error.toEnvelope(request.id));
}

export function renderNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return renderError(new OcrError('NOT_FOUND'), request, reply);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
