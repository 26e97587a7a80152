import type { Line } from '@edge-ocr/shared/contract/result';
import { scalePolygon } from './decode/original-pixels.ts';
import { detectBengaliLines } from './detect/detect-bengali.ts';
import { type Detection, detectLines } from './detect/detect-lines.ts';
import type { LineReading } from './engines/line-reading.ts';
import { type Focus, focusOn } from './enhance/focus.ts';
import { isSideways } from './enhance/sideways.ts';
import { addTurns, reversed, type Turn, turnByHalf, turnSize } from './enhance/turn.ts';
import { mayBeUpsideDown, probeLines, readingScore } from './enhance/upside-down.ts';
import { type View, wholeView } from './enhance/view.ts';
import type { RotatedRect } from './geometry.ts';
import type { Engine } from './inference/engine.ts';
import { readingOrder } from './layout/reading-order.ts';
import type { PageImage, Region, RgbPixels, Size } from './pixels.ts';
import { readLines } from './read-lines.ts';
import { uprightRect } from './recognise/crop.ts';
import type { RecognisedLine } from './recognise/text-line.ts';
import { meanOverCharacters, wordConfidences } from './recognise/word-confidence.ts';
import type { StageTimer } from './stage-timer.ts';
import type { PageMemory } from './workers/pixel-memory.ts';

/** A page as it is looked at, and what was found in it. */
interface Looked extends Detection {
  readonly image: PageImage;
  readonly view: View;
}

export interface ReadPage {
  /** In reading order; polygons in pixels of the view at the original's size. */
  readonly lines: Line[];
  readonly view: View;
  /** The pixels of the view. */
  readonly image: PageImage;
}

export interface PageReader {
  /** Decode a part of the original again, scaled to a size. */
  readonly decodePart: (region: Region, size: Size) => Promise<RgbPixels>;
  /** For the pages that are made of the first one; held until the request ends. */
  readonly memory: PageMemory;
  readonly engine: Engine;
  /** Who reads its lines. */
  readonly reading: LineReading;
  readonly timer: StageTimer;
  readonly signal: AbortSignal;
}

/** Find and read the lines of a page, which may be a small part of a photo, lie sideways or stand on its head. */
export async function readPage(image: PageImage, reader: PageReader): Promise<ReadPage> {
  const { reading, timer, signal } = reader;
  const first = await timer.time('detect', () => findLines(image, reader));
  let page = await timer.time('enhance', () => lookAgain({ image, view: wholeView(image), ...first }, reader));
  let read = await timer.time('recognise', () => readLines(page.image, page.rects, reading, signal));
  if (page.view.turn === 0 && mayBeUpsideDown(read)) {
    const upright = await timer.time('enhance', () => headUp(page, reader));
    if (upright !== page) {
      page = upright;
      read = await timer.time('recognise', () => readLines(page.image, page.rects, reading, signal));
    }
  }
  return { lines: linesInOrder(page.rects, read, page.image), view: page.view, image: page.image };
}

function findLines(image: PageImage, { engine, reading, signal }: PageReader, side?: number): Promise<Detection> {
  return (reading.expectsBengali ? detectBengaliLines : detectLines)(image, engine, signal, side);
}

/** Small text is looked at closer, and sideways text is stood up: the detector is better at large and flat lines. */
async function lookAgain(page: Looked, reader: PageReader): Promise<Looked> {
  const { engine } = reader;
  const { pixels, originalWidth } = page.image;
  const { width, height } = pixels;
  const size = { width, height, originalScale: originalWidth / width, maxSide: engine.config.WORKING_SIDE };
  const focus = focusOn(page.hints, size, page.scale, engine.config.DETECT_SIDE);
  const sideways = isSideways(page.rects.length > 0 ? page.rects : page.hints);
  if (!focus && !sideways) return page;
  let { image, view } = page;
  if (focus) ({ image, view } = await cutPage(page, focus, reader));
  if (sideways) ({ image, view } = await turnPage({ image, view }, 90, reader));
  const found = await findLines(image, reader, focus?.side);
  return sideways ? headUp({ image, view, ...found }, reader) : { image, view, ...found };
}

/** The page turned by half when its longest lines read better so, else the page itself. */
async function headUp(page: Looked, reader: PageReader): Promise<Looked> {
  const { reading, signal } = reader;
  const probes = probeLines(page.rects.map(uprightRect));
  const ways = [probes, probes.map(reversed)].map((rects) =>
    Promise.all(rects.map((rect) => reading.readLine(page.image, rect, { signal, effort: 'exact' }))),
  );
  const [asIs, turned] = (await Promise.all(ways)).map(readingScore) as [number, number];
  if (turned <= asIs) return page;
  const rects = page.rects.map((rect) => turnByHalf(rect, page.image.pixels));
  return { ...page, rects, ...(await turnPage(page, 180, reader)) };
}

type Seen = Pick<Looked, 'image' | 'view'>;

async function turnPage({ image, view }: Seen, turn: Turn, { engine, memory }: PageReader): Promise<Seen> {
  const room = memory.take(image.pixels.data.length);
  const pixels = await engine.stages.run('turn', { pixels: image.pixels, turn, memory: room });
  const size = turnSize({ width: image.originalWidth, height: image.originalHeight }, turn);
  return {
    image: { ...image, pixels, originalWidth: size.width, originalHeight: size.height },
    view: { ...view, turn: addTurns(view.turn, turn) },
  };
}

/** The part of a page that holds its text, decoded again where the original has pixels that it needs. */
async function cutPage({ image }: Seen, { region, finer }: Focus, reader: PageReader): Promise<Seen> {
  const sx = image.originalWidth / image.pixels.width;
  const sy = image.originalHeight / image.pixels.height;
  const original = wholePixels({
    left: region.left * sx,
    top: region.top * sy,
    width: region.width * sx,
    height: region.height * sy,
  });
  const size = { width: Math.round(region.width * finer), height: Math.round(region.height * finer) };
  const pixels =
    finer > 1
      ? await reader.decodePart(original, size)
      : await reader.engine.stages.run('cut', {
          pixels: image.pixels,
          region,
          memory: reader.memory.take(3 * region.width * region.height),
        });
  return {
    image: { ...image, pixels, originalWidth: original.width, originalHeight: original.height },
    view: { region: original, turn: 0 },
  };
}

/** Rounded inwards, so that it stays inside the image. */
function wholePixels({ left, top, width, height }: Region): Region {
  const [x, y] = [Math.ceil(left), Math.ceil(top)];
  return {
    left: x,
    top: y,
    width: Math.max(1, Math.floor(left + width) - x),
    height: Math.max(1, Math.floor(top + height) - y),
  };
}

/** Lines that hold text, in reading order, in pixels of the original. */
export function linesInOrder(
  rects: readonly RotatedRect[],
  read: readonly (RecognisedLine | null)[],
  page: PageImage,
): Line[] {
  const found = rects.flatMap((rect, i) => (read[i] ? [{ rect, line: read[i] }] : []));
  const confidences = wordConfidences(found.flatMap(({ line }) => line.words)).values();
  const rated = found.map(({ line }) => line.words.map((word) => ({ ...word, confidence: confidences.next().value! })));
  return readingOrder(found.map(({ rect }) => rect)).map(({ index, row }) => {
    const { text, polygon } = found[index]!.line;
    const words = rated[index]!.map((word) => ({ ...word, polygon: scalePolygon(word.polygon, page) }));
    const confidence = meanOverCharacters(
      words,
      words.map((word) => word.confidence),
    );
    return { text, confidence, polygon: scalePolygon(polygon, page), page: 0, row, words };
  });
}
