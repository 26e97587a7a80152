import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { ErrorEnvelope } from '@edge-ocr/shared/errors';

/** A file to read. */
export interface InputFile {
  readonly path: string;
  /** Where its own output belongs under an output folder, without the output's ending. */
  readonly name: string;
}

/** What became of a file: one of `result` and `error`. */
export interface Scanned {
  readonly file: string;
  readonly result?: OcrResult;
  readonly error?: ErrorEnvelope['error'];
}
