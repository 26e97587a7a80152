import { readFile, stat } from 'node:fs/promises';
import { ApiError } from '@edge-ocr/shared/client/ocr-client';
import { OcrError } from '@edge-ocr/shared/errors';
import type { KnownBytes } from './known-bytes.ts';
import type { Reader } from './reader.ts';
import type { InputFile, Scanned } from './scanned.ts';

export interface ScanContext {
  readonly reader: Reader;
  /** Ends the reading of those begun. */
  readonly signal: AbortSignal;
  /** Where the same file can come several times. */
  readonly known: KnownBytes | null;
}

/** Never rejects. @returns null when the file is as it was when it was last read. */
export async function scanFile({ path }: InputFile, { reader, signal, known }: ScanContext): Promise<Scanned | null> {
  try {
    const bytes = await load(path, reader.maxBytes);
    if (known && !known.isNew(path, bytes)) return null;
    return { file: path, result: await reader.read(bytes, signal) };
  } catch (thrown) {
    known?.forget(path);
    return { file: path, error: describe(thrown, signal) };
  }
}

async function load(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new OcrError('IMAGE_TOO_LARGE', { details: { max_bytes: maxBytes } });
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof OcrError) throw cause;
    throw new OcrError('NOT_FOUND', {
      message: `The file cannot be read: ${(cause as NodeJS.ErrnoException).code}`,
      suggestion: 'Check the path and its permissions.',
    });
  }
}

function describe(thrown: unknown, signal: AbortSignal): NonNullable<Scanned['error']> {
  if (thrown instanceof ApiError) return { code: thrown.code, message: thrown.message, details: thrown.details };
  const error = signal.aborted ? interrupted() : OcrError.from(thrown);
  if (error.code === 'INTERNAL') console.error(thrown);
  return error.toEnvelope('scan').error;
}

function interrupted(): OcrError {
  return new OcrError('TIMEOUT', { message: 'Interrupted before it was read', suggestion: 'Start the command again.' });
}
