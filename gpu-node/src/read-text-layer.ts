import type { Line } from '@edge-ocr/shared/contract/result';
import { detectLines } from './detect/detect-lines.ts';
import type { RotatedRect } from './geometry.ts';
import { alikeness } from './pdf/alikeness.ts';
import { chooseSamples } from './pdf/font-samples.ts';
import { area, boundsOf, overlap } from './pdf/ink.ts';
import { type LayerLine, linesOf, rectAround } from './pdf/layer-lines.ts';
import type { LayerWord } from './pdf/layer-words.ts';
import type { Leftover } from './pdf/leftover.ts';
import type { PageImage, Region } from './pixels.ts';
import { readLines } from './read-lines.ts';
import { linesInOrder, type PageReader } from './read-page.ts';
import { polygonOf, type RecognisedLine } from './recognise/text-line.ts';

/** Of a text layer that agrees with what is seen wherever it was compared. */
const LAYER_CONFIDENCE = 0.99;
/** Samples of a font that is what it says are read at least so alike on average; one letter for another gives about 0.1. */
const MIN_ALIKENESS = 0.6;
/** A layer of which less is upright and true is not used at all. */
const MIN_TRUE_SHARE = 0.5;
/** Pictures give rise to doubtful readings that are no text. */
const MIN_PICTURE_CONFIDENCE = 0.7;
/** Pixels of the detector's input per pixel of the page: writing in pictures is large, and falls apart when it is seen too large. */
const DETECT_SCALE = 0.6;
/** Longest side of that input at the least. */
const MIN_DETECT_SIDE = 320;

/** Of a box that lies within a larger one. */
const MAX_NESTED_SHARE = 0.6;

interface Read {
  readonly rect: RotatedRect;
  readonly line: RecognisedLine;
}

/**
 * Lines of a page by its text layer, and of pictures on it by OCR.
 * @param words of the layer that the page shows, in pixels of the page.
 * @returns in reading order, polygons in pixels of the original; null when the page had better be read from its pixels.
 */
export async function readTextLayer(
  page: PageImage,
  words: readonly LayerWord[],
  reader: PageReader,
): Promise<Line[] | null> {
  const trusted = await trustedWords(page, words, reader);
  const upright = trusted.filter(({ direction }) => direction.x > Math.SQRT1_2);
  if (characters(upright) < MIN_TRUE_SHARE * characters(words)) return null;
  const layer = linesOf(trusted).map(fromLayer);
  if (layer.length > reader.engine.config.MAX_LINES) return null;
  const pictures = await readPictures(page, trusted, reader);
  // A scan with a page number stamped on it, or the like: it may lie on its side, or be too small, which readPage looks after.
  if (length(pictures) > length(layer)) return null;
  const lines = [...layer, ...pictures];
  return linesInOrder(
    lines.map(({ rect }) => rect),
    lines.map(({ line }) => line),
    page,
  );
}

/** Those in fonts that are not caught at saying something else than they show. */
async function trustedWords(page: PageImage, words: readonly LayerWord[], reader: PageReader): Promise<LayerWord[]> {
  const { reading, signal } = reader;
  const compared = await Promise.all(
    chooseSamples(linesOf(words)).map(async ({ font, text, rect }) => {
      const read = await reading.readLine(page, rect, { signal, effort: 'skim' });
      return { font, alike: alikeness(text, read?.text ?? '') };
    }),
  );
  const lying = [...Map.groupBy(compared, ({ font }) => font)]
    .filter(([, samples]) => samples.reduce((sum, { alike }) => sum + alike, 0) < MIN_ALIKENESS * samples.length)
    .map(([font]) => font);
  return words.filter(({ font }) => !lying.includes(font));
}

function fromLayer({ words, rect }: LayerLine): Read {
  const text = words.map((word) => word.text).join(' ');
  const placed = words.map((word) => ({
    text: word.text,
    confidence: LAYER_CONFIDENCE,
    polygon: polygonOf(rectAround([word])),
  }));
  return { rect, line: { text, confidence: LAYER_CONFIDENCE, polygon: polygonOf(rect), words: placed } };
}

/** What is to be read on the page once the words of its layer are taken away. */
async function readPictures(page: PageImage, words: readonly LayerWord[], reader: PageReader): Promise<Read[]> {
  const { engine, memory, reading, signal } = reader;
  const leftover = await engine.stages.run('leftover', {
    pixels: page.pixels,
    words: words.map((word) => rectAround([word])),
    memory: memory.take(page.pixels.data.length),
  });
  signal.throwIfAborted();
  const rects: RotatedRect[] = [];
  for (const region of leftover.regions) rects.push(...withoutNested(await detectIn(region, leftover, reader)));
  const read = await readLines({ ...page, pixels: leftover.pixels }, rects, reading, signal);
  return rects.flatMap((rect, i) => {
    const line = read[i];
    return line && line.confidence >= MIN_PICTURE_CONFIDENCE && /[\p{L}\p{N}]/u.test(line.text) ? [{ rect, line }] : [];
  });
}

async function detectIn(region: Region, { pixels }: Leftover, reader: PageReader): Promise<RotatedRect[]> {
  const { engine, memory, signal } = reader;
  const room = memory.take(3 * region.width * region.height);
  const part = await engine.stages.run('cut', { pixels, region, memory: room });
  const image = { pixels: part, originalWidth: region.width, originalHeight: region.height };
  const side = Math.max(
    MIN_DETECT_SIDE,
    Math.min(engine.config.DETECT_SIDE, Math.round(DETECT_SCALE * Math.max(region.width, region.height))),
  );
  const { rects } = await detectLines(image, engine, signal, side);
  return rects.map(({ corners, ...size }) => ({
    ...size,
    corners: corners.map(({ x, y }) => ({
      x: x + region.left,
      y: y + region.top,
    })) as unknown as RotatedRect['corners'],
  }));
}

/** Large letters are sometimes found twice, by themselves and as part of their word. */
function withoutNested(rects: readonly RotatedRect[]): RotatedRect[] {
  const boxes = rects.map(boundsOf);
  return rects.filter((_, i) => {
    const box = boxes[i]!;
    return !boxes.some((other) => area(other) > area(box) && area(overlap(box, other)) > MAX_NESTED_SHARE * area(box));
  });
}

function characters(words: readonly LayerWord[]): number {
  return words.reduce((sum, { text }) => sum + text.length, 0);
}

function length(lines: readonly Read[]): number {
  return lines.reduce((sum, { line }) => sum + line.text.length, 0);
}
