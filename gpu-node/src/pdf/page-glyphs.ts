import type { Point } from '../geometry.ts';
import type { Size } from '../pixels.ts';
import type { Pdfium } from './pdfium.ts';

/** A character of a text layer that is to be seen, as far as the file says so. */
export interface Glyph {
  readonly char: string;
  /** Around what is drawn, in page pixels, sides parallel to the page's. */
  readonly box: Box;
  /** Where it stands on the line of writing. */
  readonly origin: Point;
  /** Along the writing, of length 1. */
  readonly direction: Point;
  /** Height of the font in page pixels. */
  readonly em: number;
  /** PDFium's handle of its font: the same for the same font of a page. */
  readonly font: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface GlyphRun {
  /** In the order of the file; null stands for white space and whatever else parts words. */
  readonly glyphs: (Glyph | null)[];
  /** Characters that are drawn but do not say what they mean: no Unicode, a private one, a control character. */
  readonly unknown: number;
}

/** ISO 32000-1, table 106: neither filled nor stroked, or for clipping alone. */
const UNSEEN_RENDER_MODES = [3, 7];
/** PDFium's sign for a hyphen at the end of a line. */
const LINE_END_HYPHEN = 2;

/**
 * The text layer of a loaded page.
 * @param size of the page in pixels.
 * @returns null when it has more than `maxChars` characters.
 */
export function readGlyphs(pdfium: Pdfium, page: number, size: Size, maxChars: number): GlyphRun | null {
  const text = pdfium.FPDFText_LoadPage(page);
  if (text === 0) return { glyphs: [], unknown: 0 };
  const room = pdfium.malloc(ROOM_BYTES);
  try {
    const count = pdfium.FPDFText_CountChars(text);
    if (count > maxChars) return null;
    const reader = new GlyphReader(pdfium, text, room, toPixels(pdfium, page, size, room));
    const glyphs: (Glyph | null)[] = [];
    let unknown = 0;
    for (let i = 0; i < count; i++) {
      const glyph = reader.read(i);
      if (glyph === 'unknown') unknown++;
      glyphs.push(glyph === 'unknown' ? null : glyph);
    }
    return { glyphs, unknown };
  } finally {
    pdfium.free(room);
    pdfium.FPDFText_ClosePage(text);
  }
}

/** From points of a page, upwards from its corner, to pixels. */
interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** PDFium answers in whole pixels, so it is asked for a page so many times as large. */
const FINENESS = 64;
/** Far enough for the fineness, near enough for 32 bits. */
const SPAN_POINTS = 1000;

function toPixels(pdfium: Pdfium, page: number, { width, height }: Size, room: number): Affine {
  const at = (x: number, y: number) => {
    pdfium.FPDF_PageToDevice(page, 0, 0, width * FINENESS, height * FINENESS, 0, x, y, room, room + 4);
    const view = pdfium.view();
    return { x: view.getInt32(room, true) / FINENESS, y: view.getInt32(room + 4, true) / FINENESS };
  };
  const origin = at(0, 0);
  const alongX = at(SPAN_POINTS, 0);
  const alongY = at(0, SPAN_POINTS);
  return {
    a: (alongX.x - origin.x) / SPAN_POINTS,
    b: (alongX.y - origin.y) / SPAN_POINTS,
    c: (alongY.x - origin.x) / SPAN_POINTS,
    d: (alongY.y - origin.y) / SPAN_POINTS,
    e: origin.x,
    f: origin.y,
  };
}

/** For four doubles or a matrix of six floats. */
const ROOM_BYTES = 32;

interface TextObject {
  readonly isDrawn: boolean;
  readonly font: number;
}

class GlyphReader {
  readonly #pdfium: Pdfium;
  readonly #text: number;
  readonly #room: number;
  readonly #pixels: Affine;
  readonly #objects = new Map<number, TextObject>();

  constructor(pdfium: Pdfium, text: number, room: number, pixels: Affine) {
    this.#pdfium = pdfium;
    this.#text = text;
    this.#room = room;
    this.#pixels = pixels;
  }

  read(index: number): Glyph | 'unknown' | null {
    const code = this.#pdfium.FPDFText_GetUnicode(this.#text, index);
    if (isSpace(code)) return null;
    const object = this.#object(index);
    if (!object?.isDrawn || this.#isTransparent(index)) return null;
    const box = this.#box(index);
    if (box.right <= box.left || box.bottom <= box.top) return null;
    if (isMeaningless(code) || this.#pdfium.FPDFText_HasUnicodeMapError(this.#text, index) === 1) return 'unknown';
    const char = code === LINE_END_HYPHEN ? '-' : String.fromCodePoint(code).normalize('NFKC');
    return { char, box, font: object.font, ...this.#writing(index) };
  }

  /** @returns null for what PDFium has made up, such as the space between two columns. */
  #object(index: number): TextObject | null {
    const handle = this.#pdfium.FPDFText_GetTextObject(this.#text, index);
    if (handle === 0) return null;
    const known = this.#objects.get(handle);
    if (known) return known;
    const object = {
      isDrawn: !UNSEEN_RENDER_MODES.includes(this.#pdfium.FPDFTextObj_GetTextRenderMode(handle)),
      font: this.#pdfium.FPDFTextObj_GetFont(handle),
    };
    this.#objects.set(handle, object);
    return object;
  }

  #isTransparent(index: number): boolean {
    const [r, g, b, alpha] = [this.#room, this.#room + 4, this.#room + 8, this.#room + 12];
    const hasColour = this.#pdfium.FPDFText_GetFillColor(this.#text, index, r, g, b, alpha) === 1;
    return hasColour && this.#pdfium.view().getUint32(alpha, true) === 0;
  }

  #box(index: number): Box {
    const room = this.#room;
    this.#pdfium.FPDFText_GetCharBox(this.#text, index, room, room + 8, room + 16, room + 24);
    const view = this.#pdfium.view();
    const [left, right, bottom, top] = [0, 8, 16, 24].map((at) => view.getFloat64(room + at, true)) as Four;
    const a = this.#toPixels(left, bottom);
    const b = this.#toPixels(right, top);
    return {
      left: Math.min(a.x, b.x),
      top: Math.min(a.y, b.y),
      right: Math.max(a.x, b.x),
      bottom: Math.max(a.y, b.y),
    };
  }

  #writing(index: number): Pick<Glyph, 'origin' | 'direction' | 'em'> {
    const room = this.#room;
    this.#pdfium.FPDFText_GetMatrix(this.#text, index, room);
    const view = this.#pdfium.view();
    const [a, b, c, d] = [0, 4, 8, 12].map((at) => view.getFloat32(room + at, true)) as Four;
    const along = this.#turn(a, b);
    const up = this.#turn(c, d);
    const length = Math.hypot(along.x, along.y) || 1;
    const em = this.#pdfium.FPDFText_GetFontSize(this.#text, index) * Math.hypot(up.x, up.y);
    this.#pdfium.FPDFText_GetCharOrigin(this.#text, index, room, room + 8);
    const now = this.#pdfium.view();
    const origin = this.#toPixels(now.getFloat64(room, true), now.getFloat64(room + 8, true));
    return { origin, direction: { x: along.x / length, y: along.y / length }, em };
  }

  #toPixels(x: number, y: number): Point {
    const turned = this.#turn(x, y);
    return { x: turned.x + this.#pixels.e, y: turned.y + this.#pixels.f };
  }

  #turn(x: number, y: number): Point {
    const { a, b, c, d } = this.#pixels;
    return { x: a * x + c * y, y: b * x + d * y };
  }
}

type Four = [number, number, number, number];

function isSpace(code: number): boolean {
  return (
    code === 0x20 || code === 0x0d || code === 0x0a || (code <= 0x10ffff && /\s/u.test(String.fromCodePoint(code)))
  );
}

/** Private, unassigned by design, a control character or half a character. */
function isMeaningless(code: number): boolean {
  if (code === LINE_END_HYPHEN) return false;
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    (code >= 0xd800 && code <= 0xf8ff) ||
    code >= 0xf0000 ||
    (code & 0xfffe) === 0xfffe ||
    code === 0xfffd
  );
}
