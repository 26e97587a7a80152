/**
 * The value of OTEL_EXPORTER_OTLP_HEADERS: names and percent-encoded values, as in W3C Baggage, which the OTLP exporter's
 * specification points to.
 * @returns null when it is malformed.
 */
export function parseOtlpHeaders(list: string): Readonly<Record<string, string>> | null {
  try {
    const entries = list.split(',').filter((entry) => entry.trim() !== '');
    const pairs = entries.map((entry) => {
      const [name = '', ...value] = entry.split('=');
      return [name.trim(), decodeURIComponent(value.join('=').trim())] as const;
    });
    return pairs.every(([name, value]) => name && value) ? Object.fromEntries(pairs) : null;
  } catch {
    return null;
  }
}
