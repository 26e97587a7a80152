import { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import type { Reader } from './reader.ts';

/** What a server takes is its own affair and told by it; this only keeps a film from being loaded into memory. */
const MAX_BYTES = 100 * 1024 * 1024;

/** A long run meets the limit of a minute sooner or later, and nobody waits in front of it. */
const MAX_RETRY_AFTER_MS = 90_000;
/** Tries: some seconds for a run that ends by itself, some minutes where a server is restarted under a watch. */
const ATTEMPTS = { once: 6, watching: 60 };

export interface ServerAddress {
  /** Such as https://ocr.example.org. */
  readonly origin: string;
  readonly token: string;
}

export interface ServerReaderOptions {
  readonly options: OcrOptions;
  readonly server: ServerAddress;
  readonly isWatching: boolean;
}

/** Reads through a server. Repeats, waiting as long as `Retry-After` says, and skipped uploads are the client's. */
export function openServerReader({ options, server, isWatching }: ServerReaderOptions): Reader {
  const attempts = isWatching ? ATTEMPTS.watching : ATTEMPTS.once;
  const retry = { attempts, maxRetryAfterMs: MAX_RETRY_AFTER_MS };
  const connection = { baseUrl: server.origin, token: server.token, retry };
  const client = new OcrClient(connection);
  return {
    maxBytes: MAX_BYTES,
    read: (bytes, signal) => client.process(bytes, options, { signal }),
    close: async () => undefined,
  };
}
