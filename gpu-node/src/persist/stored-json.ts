/** Lone surrogates, as well-formed JSON.stringify escapes them, and U+0000: JSON allows both, PostgreSQL neither. */
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/**
 * A value as JSON text that PostgreSQL takes. Codes may hold any byte (a QR code with binary content), so what
 * cannot be stored becomes U+FFFD.
 */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!UNSTORABLE_ESCAPE.test(json)) return json;
  return JSON.stringify(value, (_, inner) => (typeof inner === 'string' ? storableText(inner) : inner));
}

export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
