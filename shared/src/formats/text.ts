import type { OcrResult } from '../contract/result.ts';

/** What was read, a row of the page a line, as `text` has it; empty, or with a line break at its end. */
export function toText({ text }: Pick<OcrResult, 'text'>): string {
  return text === '' ? '' : `${text.replace(/\n+$/, '')}\n`;
}

/** Several results, each on a page of its own: a form feed stands between them. */
export function toTexts(results: readonly Pick<OcrResult, 'text'>[]): string {
  return results.map(toText).join('\f');
}
