/** Not by URL: React Native's knows too little of it. */
const ORIGIN = /^(https?:\/\/[^\s/?#@\\]+)\/?$/i;

/** The origin without a slash at its end. @throws TypeError with what to write instead. */
export function parseBaseUrl(baseUrl: string): string {
  const [, origin] = ORIGIN.exec(baseUrl) ?? [];
  if (origin) return origin;
  throw new TypeError(
    `baseUrl must be the origin of the OCR service, such as https://ocr.example.org, without path, query or password: ${JSON.stringify(baseUrl)}`,
  );
}

/** `?name=value` of what is given; empty without any. */
export function queryOf(values: object): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const pairs = given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
