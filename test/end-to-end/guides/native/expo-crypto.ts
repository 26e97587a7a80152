/** In the place of the phone's own hashing. */
export const CryptoDigestAlgorithm = { SHA256: 'SHA-256' } as const;

export function digest(algorithm: string, bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return crypto.subtle.digest(algorithm, bytes);
}
