import { errors, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';

/**
 * What a token says that one of the secrets has signed: while a secret is changed, tokens of the one before are still about.
 * @throws what jose throws; of the last secret, when none has signed.
 */
export async function verifyWithSecrets(
  token: string,
  secrets: readonly Uint8Array[],
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  let failure: unknown = new errors.JOSEAlgNotAllowed('no key is set for this algorithm');
  for (const secret of secrets) {
    try {
      return await jwtVerify(token, await imported(secret), options);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      failure = error;
    }
  }
  throw failure;
}

const importedKeys = new WeakMap<Uint8Array, CryptoKey>();

/** Once an isolate rather than once a token. */
async function imported(secret: Uint8Array): Promise<CryptoKey> {
  const known = importedKeys.get(secret);
  if (known) return known;
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  importedKeys.set(secret, key);
  return key;
}
