import { EXPORT_FILES, type ExportFormat } from '@edge-ocr/shared/contract/exports';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { toCsv, toLineItemsCsv } from '@edge-ocr/shared/formats/csv';
import { toHocr } from '@edge-ocr/shared/formats/hocr';
import { toTexts } from '@edge-ocr/shared/formats/text';
import type { FastifyReply } from 'fastify';

export interface Exported {
  readonly results: readonly OcrResult[];
  readonly format: Exclude<ExportFormat, 'json'>;
  readonly rows?: 'results' | 'items' | undefined;
  /** Of the file, without what says its format: letters, digits and `-` alone. */
  readonly name: string;
}

/** Answers with a file, for whoever asked for another format than JSON. */
export function sendResults(reply: FastifyReply, { results, format, rows, name }: Exported): FastifyReply {
  const { mediaType, extension } = EXPORT_FILES[format];
  const file = `${name}${rows === 'items' ? '-items' : ''}.${extension}`;
  return reply.type(mediaType).header('content-disposition', `attachment; filename="${file}"`).send(render());

  function render(): string {
    if (format === 'csv') return rows === 'items' ? toLineItemsCsv(results) : toCsv(results);
    return format === 'text' ? toTexts(results) : results.map(toHocr).join('');
  }
}

/** Where the page after this one is, for those who get no `next_cursor`: RFC 8288. */
export function linkToNext(path: string, query: object, cursor: string): string {
  const given = Object.entries({ ...query, cursor }).filter(([, value]) => value !== undefined);
  return `<${path}?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}>; rel="next"`;
}
