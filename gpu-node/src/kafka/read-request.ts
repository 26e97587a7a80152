import { type OcrRequestEvent, ocrRequestEventSchema } from '@edge-ocr/shared/contract/ocr-request';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { HEADER } from '@edge-ocr/shared/internal';
import { parseJson } from '@edge-ocr/shared/parse-json';
import { parseImageKey } from '../images/image-store.ts';
import { isTraceparent } from '../routes/request-trace.ts';
import type { IncomingMessage } from './kafka-client.ts';

export interface OcrRequest {
  readonly requestId: string;
  readonly shopId: string;
  readonly userId: string;
  readonly options: OcrOptions;
  readonly traceparent?: string;
  /** Its key in the image store, or the file itself. */
  readonly image: { readonly key: string } | { readonly bytes: Uint8Array };
}

export interface RequestLimits {
  /** Of a file inside a message. */
  readonly inlineBytes: number;
  /** Of a message. */
  readonly messageBytes: number;
}

/** What a message asks for. @throws OcrError that does not go away by trying again; it names no value of the message. */
export function readRequest({ value, headers }: IncomingMessage, limits: RequestLimits): OcrRequest {
  if (value === null) throw invalid('The message is empty');
  if (value.byteLength > limits.messageBytes) throw tooLarge(`The message has more than ${limits.messageBytes} bytes`);
  const parsed = ocrRequestEventSchema.safeParse(parseJson(value.toString('utf8')));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join('.') || 'The message'}: ${issue?.message ?? 'is not valid'}`);
  }
  const { data } = parsed.data;
  const traceparent = headers[HEADER.traceparent] ?? parsed.data.traceparent;
  return {
    requestId: data.request_id,
    shopId: data.shop_id,
    userId: data.user_id,
    options: data.options,
    ...(traceparent !== undefined && isTraceparent(traceparent) && { traceparent }),
    image: imageOf(data, limits.inlineBytes),
  };
}

function imageOf({ image, shop_id }: OcrRequestEvent['data'], inlineBytes: number): OcrRequest['image'] {
  if ('key' in image) return { key: keyOfShop(image.key, shop_id) };
  const bytes = Buffer.from(image.base64, 'base64');
  if (bytes.byteLength > inlineBytes)
    throw tooLarge(`The image has more than ${inlineBytes} bytes; send it by its key`);
  return { bytes };
}

/** Another shop's image is no more to be had by a message than by the API. */
function keyOfShop(key: string, shopId: string): string {
  let owner: string;
  try {
    owner = parseImageKey(key).shopId;
  } catch {
    throw invalid('data.image.key: must be of the form shop/SHOP_ID/SHA256');
  }
  if (owner !== shopId) throw new OcrError('FORBIDDEN', { message: 'The image belongs to another shop' });
  return key;
}

function invalid(message: string): OcrError {
  return new OcrError('INVALID_REQUEST', { message });
}

function tooLarge(message: string): OcrError {
  return new OcrError('IMAGE_TOO_LARGE', { message });
}
