import { type ImageFormat, MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import { originalKey } from '../images/original-key.ts';
import { causeOf, log } from '../log.ts';

export interface Original {
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
  readonly sha256: string;
  readonly shopId: string;
}

/**
 * Keeps an upload as it came, once: the time of the first upload is the one that retention counts from.
 * A failure is logged: the client came for its text, not for our archive.
 */
export async function storeOriginal(images: R2Bucket, original: Original, requestId: string): Promise<void> {
  try {
    const key = originalKey(original);
    // Asked first: a refused put has sent the whole image all the same.
    if (await images.head(key)) return;
    await images.put(key, original.bytes, {
      // For two that asked at the same time.
      onlyIf: { etagDoesNotMatch: '*' },
      httpMetadata: { contentType: MEDIA_TYPES[original.format] },
      customMetadata: { uploaded_at: new Date().toISOString() },
      sha256: original.sha256,
    });
  } catch (error) {
    log('warn', 'original_not_stored', { request_id: requestId, cause: causeOf(error).cause });
  }
}
