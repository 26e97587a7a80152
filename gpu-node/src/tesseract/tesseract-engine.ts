import type { LineEngine } from '../engines/line-engine.ts';
import { type RotatedRect, stretchOf } from '../geometry.ts';
import { polygonOf, type RecognisedLine } from '../recognise/text-line.ts';
import { meanOverCharacters } from '../recognise/word-confidence.ts';
import type { StagePool } from '../workers/stage-pool.ts';
import { mendMixedDigits, normaliseBengali } from './bengali.ts';
import { LINE_MARGIN } from './grey-line.ts';
import type { LineFile } from './line-file.ts';
import { type PlacedWord, withTakaSigns } from './taka-words.ts';
import type { TesseractPool } from './tesseract-pool.ts';
import type { TesseractLanguages, TesseractWord } from './tesseract-worker.ts';

const DATA = { en: 'eng', bn: 'ben' } as const satisfies Record<string, TesseractLanguages>;

export interface TesseractParts {
  readonly pool: TesseractPool;
  readonly stages: Pick<StagePool, 'run'>;
}

/**
 * Tesseract for one language; engines share the workers, which the first one to close ends.
 * A line costs 30 to 250 ms of one core, many times what PaddleOCR takes.
 */
export function tesseractEngine(language: 'en' | 'bn', { pool, stages }: TesseractParts): LineEngine {
  return {
    name: 'tesseract',
    model: 'tesseract-5',
    languages: [language],
    async readLine({ pixels }, rect, { signal }) {
      const line = await stages.run('greyLine', { pixels, rect, language });
      if (line.isBlank) return null;
      return textLine(await pool.read(DATA[language], line.file, signal), line, rect);
    },
    close: () => pool.close(),
  };
}

/** Words in pixels of the page, confidences as shares. @returns null when nothing was read. */
function textLine(read: readonly TesseractWord[], line: LineFile, rect: RotatedRect): RecognisedLine | null {
  const placed = withTakaSigns(read.flatMap(normalWord), line.signs);
  if (placed.length === 0) return null;
  const words = placed.map(({ text, confidence, x0, x1 }) => ({ text, confidence, polygon: placeOf(line, x0, x1) }));
  const confidence = meanOverCharacters(
    words,
    words.map((word) => word.confidence),
  );
  return { text: words.map(({ text }) => text).join(' '), confidence, polygon: polygonOf(rect), words };
}

function normalWord({ text, confidence, bbox: { x0, x1 } }: TesseractWord): PlacedWord[] {
  const normal = mendMixedDigits(normaliseBengali(text).trim());
  return normal === '' ? [] : [{ text: normal, confidence: Math.min(1, Math.max(0, confidence / 100)), x0, x1 }];
}

function placeOf({ rect, width }: LineFile, x0: number, x1: number) {
  const share = (x: number) => Math.min(1, Math.max(0, (x - LINE_MARGIN) / (width - 2 * LINE_MARGIN)));
  return polygonOf(stretchOf(rect, share(x0), share(x1)));
}
