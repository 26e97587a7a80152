/**
 * The images of a batch on the way from edge to node: each as its length (4 bytes, big-endian) and its bytes. The same
 * images always make the same body, as they would not between the random boundaries of a form: its hash stands in the
 * edge's token and tells whether an Idempotency-Key came with the same request.
 */
import { OcrError } from './errors.ts';

export const BATCH_MEDIA_TYPE = 'application/vnd.edge-ocr.images';
const LENGTH_BYTES = 4;

export function batchBodyBytes(images: readonly Uint8Array[]): number {
  return images.reduce((sum, image) => sum + LENGTH_BYTES + image.byteLength, 0);
}

export function encodeBatch(images: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(batchBodyBytes(images));
  const view = new DataView(body.buffer);
  let at = 0;
  for (const image of images) {
    view.setUint32(at, image.byteLength);
    body.set(image, at + LENGTH_BYTES);
    at += LENGTH_BYTES + image.byteLength;
  }
  return body;
}

/**
 * @returns views of the body, in order.
 * @throws OcrError INVALID_REQUEST when there are none, more than `maxImages`, or the body is not as encodeBatch writes it.
 */
export function decodeBatch(body: Uint8Array, maxImages: number): Uint8Array[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const images: Uint8Array[] = [];
  for (let at = 0; at < body.byteLength; ) {
    if (images.length === maxImages)
      throw new OcrError('INVALID_REQUEST', { message: `More than ${maxImages} images` });
    const start = at + LENGTH_BYTES;
    const end = start <= body.byteLength ? start + view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (end > body.byteLength) throw new OcrError('INVALID_REQUEST', { message: 'The images break off' });
    images.push(body.subarray(start, end));
    at = end;
  }
  if (images.length === 0) throw new OcrError('INVALID_REQUEST', { message: 'There are no images' });
  return images;
}
