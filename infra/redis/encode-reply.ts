import type { Outcome } from './connect-redis.ts';

/**
 * A reply as @upstash/redis reads it under `Upstash-Encoding: base64`: every string in base64, except a whole reply OK.
 * Inside an array OK is a value like any other, and the client decodes it.
 */
export function encodeBase64(reply: unknown): unknown {
  return reply === 'OK' ? reply : encodeDeep(reply);
}

/** The same for one outcome of several; errors stay readable. */
export function encodeOutcome(outcome: Outcome): Outcome {
  return 'error' in outcome ? outcome : { result: encodeBase64(outcome.result) };
}

function encodeDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encodeDeep);
  return typeof value === 'string' ? Buffer.from(value).toString('base64') : value;
}
