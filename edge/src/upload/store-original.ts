import { type ImageFormat, MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import { causeOf, log } from '../log.ts';

export interface Original {
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
  readonly sha256: string;
  readonly shopId: string;
}

/** Keeps an upload as it came, once. A failure is logged: the client came for its text, not for our archive. */
export async function storeOriginal(images: R2Bucket, original: Original, requestId: string): Promise<void> {
  try {
    await images.put(`shop/${original.shopId}/${original.sha256}`, original.bytes, {
      onlyIf: { etagDoesNotMatch: '*' },
      httpMetadata: { contentType: MEDIA_TYPES[original.format] },
    });
  } catch (error) {
    log('warn', 'original_not_stored', { request_id: requestId, cause: causeOf(error).cause });
  }
}
