import type { RotatedRect } from '../geometry.ts';
import type { PageImage } from '../pixels.ts';
import type { RecognisedLine } from '../recognise/text-line.ts';

export type EngineName = 'paddle' | 'trocr' | 'tesseract';

/** Reads single lines of a page. */
export interface LineEngine {
  readonly name: EngineName;
  /** As told in model_used. */
  readonly model: string;
  /** Changes with whatever else changes what it reads; part of the model version. */
  readonly version?: string;
  readonly languages: readonly ('en' | 'bn')[];
  /**
   * Read the text in an upright rectangle of a page; its writing runs from the rectangle's first corner to its second.
   * @returns null when nothing was read. @throws what `signal` aborts with, or the engine's own failure.
   */
  readLine(
    page: PageImage,
    rect: RotatedRect,
    options: { readonly signal: AbortSignal; readonly effort: 'exact' | 'skim' },
  ): Promise<RecognisedLine | null>;
  close(): Promise<void>;
}
