/** In the place of expo-crypto, which runs on phones only. */
export const CryptoDigestAlgorithm = { SHA256: 'SHA-256' } as const;

export function digest(algorithm: 'SHA-256', data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return crypto.subtle.digest(algorithm, data);
}
