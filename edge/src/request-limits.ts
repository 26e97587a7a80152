import { OcrError } from '@edge-ocr/shared/errors';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';

/** A browser sends about 20, a proxy adds some; the platform itself allows 128 KB of them. */
const MAX_HEADERS = 100;
const MAX_HEADERS_CHARS = 16 * 1024;
/** The longest query that means anything is a search of 200 characters, each of up to 12 once escaped. */
const MAX_URL_CHARS = 8 * 1024;

/** Refuses what no client of ours sends, before anything looks into it. */
export const limitRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.url.length > MAX_URL_CHARS) throw tooLong('address');
  let count = 0;
  let chars = 0;
  c.req.raw.headers.forEach((value, name) => {
    count++;
    chars += name.length + value.length;
  });
  if (count > MAX_HEADERS || chars > MAX_HEADERS_CHARS) throw tooLong('list of headers');
  await next();
};

function tooLong(what: string): OcrError {
  return new OcrError('INVALID_REQUEST', { message: `The ${what} is too long` });
}
