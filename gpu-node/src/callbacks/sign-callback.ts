/** Signatures by which a shop knows that a callback comes from here. */
import { createHmac, hkdfSync } from 'node:crypto';

export const SIGNATURE_HEADER = 'X-EdgeOCR-Signature';

/** Another for each shop, so that none can sign for another. In hex; it is what the shop is given. */
export function shopSecret(masterSecret: string, shopId: string): string {
  return Buffer.from(hkdfSync('sha256', masterSecret, 'edge-ocr.callbacks', shopId, 32)).toString('hex');
}

/**
 * `t=…,v1=…`: HMAC-SHA256 over `t.body`, in hex.
 * @param secret the shop's, as it is given: its hex text is the key.
 * @param time seconds since the epoch; lets the shop refuse what somebody sends again later.
 */
export function signCallback(secret: string, time: number, body: string): string {
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}
