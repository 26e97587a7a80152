import { OcrError } from '@edge-ocr/shared/errors';
import { type ImageFormat, MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import type { Config } from '../config.ts';
import { causeOf, log } from '../log.ts';
import type { Vouching } from '../nodes/forward.ts';
import { type Reservation, reserveBytes } from '../upload/body-budget.ts';
import { UncleanableImage } from './clean/bytes.ts';
import { type CleanImage, cleanImage } from './clean/clean-image.ts';
import { inTime } from './in-time.ts';
import { originalKey } from './original-key.ts';
import { recordAccess } from './record-access.ts';

/** Part of the ETag: the same original is answered with other bytes when cleaning changes. */
const CLEANING = 1;
/** The largest that any configuration lets in. */
const MAX_BYTES = 50 * 1024 * 1024;

const EXTENSIONS: Record<ImageFormat, string> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  tiff: 'tiff',
  gif: 'gif',
  avif: 'avif',
  heic: 'heic',
  pdf: 'pdf',
};

export interface ServingContext extends Vouching {
  readonly config: Config;
  readonly images: R2Bucket;
  /** Whether only the headers are asked for. */
  readonly headersOnly: boolean;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/**
 * An original of the caller's own shop, without its metadata. It is served only once the access is in the log.
 * @param sha256 of the file as it was sent.
 * @throws OcrError NOT_FOUND, also for another shop's image; INVALID_IMAGE when it cannot be cleaned; OVERLOADED, NETWORK_ERROR or
 *   TIMEOUT when the access could not be logged or the store does not answer.
 */
export async function serveOriginal(sha256: string, headers: Headers, context: ServingContext): Promise<Response> {
  const found = await findOriginal(sha256, context);
  if (!found) {
    context.waitUntil(recordDenial(sha256, headers, context));
    throw new OcrError('NOT_FOUND');
  }
  await recordAccess({ sha256, action: 'viewed' }, headers, context);
  const etag = `"${sha256}-${CLEANING}"`;
  const caching = { ETag: etag, 'Cache-Control': 'private, no-cache' };
  if (matches(headers.get('if-none-match'), etag)) {
    await found.body.cancel();
    return new Response(null, { status: 304, headers: caching });
  }
  // Cleaning holds the image twice; then one copy stays until the client has it.
  const reservation = reserveBytes(2 * found.size, context.config.maxBodyBytesInFlight, context.deadline);
  try {
    const { bytes, format } = cleaned(await inTime(readAll(found), context.deadline), context.requestId);
    reservation.shrinkTo(context.headersOnly ? 0 : bytes.byteLength);
    return new Response(context.headersOnly ? null : streamOf(bytes, reservation), {
      headers: {
        ...caching,
        'Content-Type': MEDIA_TYPES[format],
        'Content-Length': String(bytes.byteLength),
        'Content-Disposition': `${dispositionOf(format)}; filename="${sha256.slice(0, 16)}.${EXTENSIONS[format]}"`,
      },
    });
  } catch (error) {
    reservation.release();
    throw error;
  }
}

/** A PDF may hold scripts and forms: it is for saving, and no browser opens it under this origin. */
function dispositionOf(format: ImageFormat): 'inline' | 'attachment' {
  return format === 'pdf' ? 'attachment' : 'inline';
}

/** The bytes as a body; the reservation ends with it, be it that all is sent or that the client has gone. */
function streamOf(bytes: Uint8Array, reservation: Reservation): ReadableStream {
  const { readable, writable } = new FixedLengthStream(bytes.byteLength);
  const writer = writable.getWriter();
  const sending = Promise.all([writer.write(bytes), writer.close()]);
  void sending.catch(() => {}).finally(() => reservation.release());
  return readable;
}

async function findOriginal(sha256: string, context: ServingContext): Promise<R2ObjectBody | null> {
  const key = originalKey({ shopId: context.principal.shopId, sha256 });
  const found = await inTime(context.images.get(key).catch(storeAway), context.deadline);
  if (found && found.size > MAX_BYTES) throw new OcrError('IMAGE_TOO_LARGE');
  return found;
}

async function readAll(found: R2ObjectBody): Promise<Uint8Array> {
  return new Uint8Array(await found.arrayBuffer().catch(storeAway));
}

function storeAway(cause: unknown): never {
  throw new OcrError('OVERLOADED', { message: 'The image store does not answer', retryAfterSeconds: 5, cause });
}

/** That somebody asked for what the shop does not have is worth knowing, but not worth an error of its own. */
async function recordDenial(sha256: string, headers: Headers, context: ServingContext): Promise<void> {
  try {
    await recordAccess({ sha256, action: 'denied' }, headers, context);
  } catch (error) {
    log('warn', 'denied_access_not_logged', { request_id: context.requestId, cause: causeOf(error).cause });
  }
}

function cleaned(bytes: Uint8Array, requestId: string): CleanImage {
  try {
    return cleanImage(bytes);
  } catch (cause) {
    if (!(cause instanceof UncleanableImage)) throw cause;
    log('warn', 'original_not_cleanable', { request_id: requestId, cause: cause.message });
    throw new OcrError('INVALID_IMAGE', {
      message: 'The image cannot be shown without what it may say about place and time',
      suggestion: 'Use the file that you sent; this copy is damaged or built unusually.',
      cause,
    });
  }
}

/** `If-None-Match`: a list of tags, weak ones too, or `*`. */
function matches(header: string | null, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
