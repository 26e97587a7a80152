import { OcrError } from '@edge-ocr/shared/errors';
import { type Pdfium, startPdfium } from './pdfium.ts';

/** fpdfview.h: FPDF_ERR_PASSWORD, and FPDF_ERR_SECURITY for a kind of encryption that PDFium does not know. */
const PASSWORD_ERRORS = [4, 5];

export interface LoadedPdf {
  readonly pdfium: Pdfium;
  readonly document: number;
  readonly pageCount: number;
}

/**
 * Load a PDF and do something with it. Nothing in the file is run: this build has no JavaScript, and no action is started.
 * Synchronous WASM, not to be interrupted, that a hostile file may keep busy: run it in a thread that can be ended. Nothing is
 * freed, since the whole instance goes afterwards.
 * @throws OcrError INVALID_IMAGE when the file is damaged, protected or has no page; IMAGE_TOO_LARGE when it needs more memory
 *   than it may have.
 */
export async function withPdf<T>(bytes: Uint8Array, maxMemoryBytes: number, use: (pdf: LoadedPdf) => T): Promise<T> {
  const pdfium = await startPdfium(maxMemoryBytes);
  try {
    return use(load(pdfium, bytes));
  } catch (cause) {
    // A fault inside the WASM, its stack used up by recursion for one, is the file's doing: the instance was fresh.
    if (pdfium.isOutOfMemory) throw needsTooMuch(maxMemoryBytes, cause);
    throw cause instanceof OcrError ? cause : new OcrError('INVALID_IMAGE', { message: DAMAGED, cause });
  }
}

const DAMAGED = 'The PDF is damaged or cannot be opened';

function load(pdfium: Pdfium, bytes: Uint8Array): LoadedPdf {
  const address = pdfium.malloc(bytes.byteLength);
  if (address === 0) throw new Error('no room for the file');
  pdfium.bytes().set(bytes, address);
  const document = pdfium.FPDF_LoadMemDocument(address, bytes.byteLength, 0);
  if (document === 0) throw cannotOpen(pdfium.FPDF_GetLastError());
  const pageCount = pdfium.FPDF_GetPageCount(document);
  if (pageCount < 1) throw new OcrError('INVALID_IMAGE', { message: 'The PDF has no pages' });
  return { pdfium, document, pageCount };
}

function cannotOpen(error: number): OcrError {
  if (!PASSWORD_ERRORS.includes(error)) {
    return new OcrError('INVALID_IMAGE', {
      message: DAMAGED,
      suggestion: 'Open the file, print it to a new PDF and send that, or send an image of the page.',
    });
  }
  return new OcrError('INVALID_IMAGE', {
    message: 'The PDF is protected by a password',
    suggestion: 'Remove the password, for example by printing the file to a new PDF, and send it again.',
    details: { reason: 'password' },
  });
}

function needsTooMuch(maxMemoryBytes: number, cause: unknown): OcrError {
  return new OcrError('IMAGE_TOO_LARGE', {
    message: 'The PDF needs more memory than it may have',
    suggestion: 'Print the file to a new PDF of lower resolution and send that.',
    details: { max_memory_bytes: maxMemoryBytes },
    cause,
  });
}
