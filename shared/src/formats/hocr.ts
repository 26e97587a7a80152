/** hOCR 1.2 (http://kba.cloud/hocr-spec/1.2/), as XHTML: what was read, with its places, for tools that make searchable PDFs. */
import type { Line, OcrResult, Page, Polygon } from '../contract/result.ts';
import { VERSION } from '../version.ts';

/** Characters that XML 1.0 has no way to write, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be left out.
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** One result as a document: a page of it an `ocr_page`, a line an `ocr_line`, a word an `ocrx_word`. */
export function toHocr(result: OcrResult): string {
  const pages = result.pages.map((page, number) => pageElement(result, page, number));
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>${escapeXml(result.id)}</title>
<meta charset="utf-8" />
<meta name="ocr-system" content="edge-ocr ${VERSION} ${escapeXml(result.model_used)}" />
<meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word ocrp_wconf" />
<meta name="ocr-number-of-pages" content="${pages.length}" />
</head>
<body>
${pages.join('')}</body>
</html>
`;
}

function pageElement({ image, lines }: OcrResult, page: Page, number: number): string {
  // There is no name of the file; its hash names it better than any.
  const source = escapeXml(`image "${image.sha256}.${image.format}"`);
  const own = lines.flatMap((line, index) => (line.page === number ? [lineElement(line, page, index + 1)] : []));
  return `<div class="ocr_page" id="page_${number + 1}" title="${source}; bbox 0 0 ${page.width} ${page.height}; ppageno ${number}">
${own.join('')}</div>
`;
}

/** @param number of the line in the document, from 1. */
function lineElement({ text, confidence, polygon, words }: Line, page: Page, number: number): string {
  const content =
    words.length === 0
      ? escapeXml(text)
      : words.map((word, index) => wordElement(word, page, `${number}_${index + 1}`)).join(' ');
  return `<span class="ocr_line" id="line_${number}" title="${bbox(polygon, page)}; ${certainty(confidence)}">${content}</span><br />
`;
}

function wordElement({ text, confidence, polygon }: Line['words'][number], page: Page, number: string): string {
  const title = `${bbox(polygon, page)}; ${certainty(confidence)}`;
  return `<span class="ocrx_word" id="word_${number}" title="${title}">${escapeXml(text)}</span>`;
}

/** Whole pixels around the polygon, within the page. */
function bbox(polygon: Polygon, { width, height }: Page): string {
  const xs = polygon.map(([x]) => within(x, width));
  const ys = polygon.map(([, y]) => within(y, height));
  const start = (all: number[]) => Math.floor(Math.min(...all));
  const end = (all: number[]) => Math.ceil(Math.max(...all));
  return `bbox ${start(xs)} ${start(ys)} ${end(xs)} ${end(ys)}`;
}

function within(value: number, size: number): number {
  return Math.min(Math.max(value, 0), size);
}

/** In percent, as the format has it. */
function certainty(confidence: number): string {
  return `x_wconf ${Math.round(confidence * 100)}`;
}

function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_XML, '')
    .replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
