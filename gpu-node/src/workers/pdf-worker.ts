/** Reading of PDFs as it runs in a thread of its pool, see pdf-pool.ts. */
import { inspectPdf, type PdfLimits, type PdfPart, readPdfPage, renderPdfPart } from '../pdf/read-pdf.ts';
import type { RgbPixels, Size } from '../pixels.ts';
import { useBackgroundPriority } from './background-priority.ts';
import { stage } from './outcome.ts';

useBackgroundPriority();

interface Task {
  readonly bytes: Uint8Array;
  readonly limits: PdfLimits;
}

export const inspect = stage((task: Task) => inspectPdf(task.bytes, task.limits));

export const readPage = stage(
  (task: Task & { index: number; size: Size }) => readPdfPage(task.bytes, task.index, task.size, task.limits),
  ({ pixels }) => [bufferOf(pixels)],
);

export const renderPart = stage(
  (task: Task & { index: number; part: PdfPart }) => renderPdfPart(task.bytes, task.index, task.part, task.limits),
  (pixels) => [bufferOf(pixels)],
);

function bufferOf({ data }: RgbPixels): ArrayBuffer {
  return data.buffer as ArrayBuffer;
}
