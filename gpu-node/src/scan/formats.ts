import { toCsv } from '@edge-ocr/shared/formats/csv';
import { csvRow } from '@edge-ocr/shared/formats/csv-cell';
import { toHocr } from '@edge-ocr/shared/formats/hocr';
import { toText } from '@edge-ocr/shared/formats/text';
import { describeResult } from '../review/describe-result.ts';
import type { Format } from './arguments.ts';
import type { Scanned } from './scanned.ts';

const CSV_HEADER = toCsv([]);

/** How a file's outcome is written. */
export interface OutputFormat {
  /** Of a file that holds one result. */
  readonly ending: string;
  /** Before the first result. */
  readonly head: string;
  readonly between: string;
  /** Empty for what has no place in this format, such as failures. */
  write(scanned: Scanned): string;
}

const FORMATS: Readonly<Record<Format, OutputFormat>> = {
  plain: {
    ending: '.txt',
    head: '',
    between: '\n',
    write: ({ file, result }) => (result ? `${file}\n${describeResult(result)}\n` : ''),
  },
  json: { ending: '.json', head: '', between: '', write: (scanned) => `${JSON.stringify(scanned)}\n` },
  csv: {
    ending: '.csv',
    head: beside('file', CSV_HEADER),
    between: '',
    write: ({ file, result }) => (result ? beside(file, toCsv([result]).slice(CSV_HEADER.length)) : ''),
  },
  text: { ending: '.txt', head: '', between: '\f', write: ({ result }) => (result ? toText(result) : '') },
  hocr: { ending: '.hocr', head: '', between: '', write: ({ result }) => (result ? toHocr(result) : '') },
};

export function outputFormat(format: Format): OutputFormat {
  return FORMATS[format];
}

/** A row with the file's name as its first cell. */
function beside(cell: string, row: string): string {
  return `${csvRow([cell]).trimEnd()},${row}`;
}
