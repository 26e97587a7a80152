import { createHash } from 'node:crypto';
import { canonicalOptions, ocrOptionsSchema } from '@edge-ocr/shared/contract/options';

const OPTION_NAMES = Object.keys(ocrOptionsSchema.shape);

export interface HashedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** SHA-256 of the body in hex. */
  readonly bodySha256: string;
}

/** What makes two requests the same: method, path, options as they are meant, and the bytes of the body. */
export function requestHash({ method, target, bodySha256 }: HashedRequest): string {
  const [path, query = ''] = target.split('?', 2) as [string, string?];
  return createHash('sha256')
    .update(JSON.stringify([method, path, ...canonicalQuery(new URLSearchParams(query)), bodySha256]))
    .digest('hex');
}

/** OCR options by their meaning, so that a default counts the same left out or written; everything else in order of name. */
function canonicalQuery(query: URLSearchParams): unknown[] {
  const entries = [...query];
  const options = ocrOptionsSchema.safeParse(Object.fromEntries(entries.filter(([name]) => isOption(name))));
  const others = options.success ? entries.filter(([name]) => !isOption(name)) : entries;
  others.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return [options.success ? canonicalOptions(options.data) : null, others];
}

const isOption = (name: string) => OPTION_NAMES.includes(name);
