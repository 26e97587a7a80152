/** The public keys of an identity provider, fetched from its JWKS address and kept a while. */
import { OcrError } from '@edge-ocr/shared/errors';
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';

const FETCH_TIMEOUT_MS = 3000;
/** A set of a dozen keys has about 10 KB. */
const SET_MAX_BYTES = 64 * 1024;
/** After a failed fetch no other is tried for so long: an outage must not hold every request for the timeout. */
const REST_MS = 2000;

export interface RemoteKeysSettings {
  readonly url: string;
  readonly cacheSeconds: number;
  /** An unknown key id makes the set be fetched anew, but not more often than this. */
  readonly cooldownSeconds: number;
}

const opened = new WeakMap<RemoteKeysSettings, JWTVerifyGetKey>();

/**
 * Finds the key that a token names. A new key of the provider is picked up when the first token names it.
 * @throws OcrError OVERLOADED when the provider cannot be asked; jose's JWKSNoMatchingKey for an unknown key.
 */
export function remoteKeys(settings: RemoteKeysSettings): JWTVerifyGetKey {
  const known = opened.get(settings);
  if (known) return known;
  const keys = openKeys(settings);
  opened.set(settings, keys);
  return keys;
}

function openKeys(settings: RemoteKeysSettings): JWTVerifyGetKey {
  let restingUntil = 0;
  const fetchOrRest = async (url: string, init: RequestInit): Promise<Response> => {
    if (Date.now() < restingUntil) throw new Error('the last try has failed just now');
    try {
      return await fetchBounded(url, init);
    } catch (error) {
      restingUntil = Date.now() + REST_MS;
      throw error;
    }
  };
  const keys = createRemoteJWKSet(new URL(settings.url), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cacheMaxAge: settings.cacheSeconds * 1000,
    cooldownDuration: settings.cooldownSeconds * 1000,
    [customFetch]: async (url, options) => {
      try {
        return await fetchOrRest(url, options as RequestInit);
      } catch (cause) {
        throw new OcrError('OVERLOADED', {
          message: 'The keys of access tokens could not be fetched',
          retryAfterSeconds: REST_MS / 1000,
          cause,
        });
      }
    },
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      // jose has no class of its own for a set that is no set.
      if (error instanceof errors.JWKSInvalid) throw new OcrError('INTERNAL', { cause: error });
      throw error;
    }
  };
}

async function fetchBounded(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the key set was answered with status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > SET_MAX_BYTES) throw new Error('the key set is too large');
    chunks.push(chunk);
  }
  return new Response(new Blob(chunks), { status: 200 });
}
