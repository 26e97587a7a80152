import type { OcrResult } from '@edge-ocr/shared/contract/result';

/** What reads the images: the engine in this process, or a server. */
export interface Reader {
  /** Larger files are refused before they are in memory. */
  readonly maxBytes: number;
  /** @throws OcrError, or ApiError where a server said so. */
  read(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<OcrResult>;
  close(): Promise<void>;
}
