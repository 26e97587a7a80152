import { statSync } from 'node:fs';
import { sep } from 'node:path';
import { parseArgs } from 'node:util';
import { type OcrOptions, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { ServerAddress } from './server-reader.ts';

export const USAGE = `Usage: npm run -s scan -- [OPTIONS] FILES_OR_FOLDERS…
       npm run -s scan -- [OPTIONS] --watch FOLDER

Reads images and PDFs. Of folders, the images and PDFs in them and below, hidden ones left out.

  --type T          product (default), receipt, invoice, barcode or document
  --language L      en (default), bn or en,bn
  --watch FOLDER    read what is in the folder, and then what comes into it, until Ctrl-C
  --server URL      let a server read, such as https://ocr.example.org, in the place of this machine
  --token TOKEN     for the server; better in the variable OCR_TOKEN, which other users of this machine cannot see
  --concurrency N   files read at a time, 1 to 32 (default 2, with --server 4)

  --json            one object a line: { file, result } or { file, error }
  --csv             one table of all files, with a column for the file
  --text            the text alone, with a form feed between files
  --hocr            hOCR; several files need --out FOLDER/
  --out PATH        write into this file, or into a folder (that exists, or ends with /) one file for each image

Standard output holds results alone. Errors, progress and the closing summary go to standard error.
Exit status: 0 all were read, 1 some were not, 2 wrong usage.`;

export const FORMATS = ['json', 'csv', 'text', 'hocr'] as const;
/** `plain` is made for people. */
export type Format = (typeof FORMATS)[number] | 'plain';

export interface ScanSettings {
  readonly options: OcrOptions;
  readonly paths: readonly string[];
  readonly watch: string | null;
  readonly server: ServerAddress | null;
  readonly concurrency: number;
  readonly format: Format;
  readonly out: { readonly path: string; readonly isFolder: boolean } | null;
}

/** The command was called in a way that cannot work. */
export class UsageError extends Error {}

/** One file is decoded while the other keeps the network busy; a server is kept busy by a few more. */
const DEFAULT_CONCURRENCY = { local: 2, server: 4 };
const MAX_CONCURRENCY = 32;

/**
 * @returns null when help was asked for.
 * @throws UsageError
 */
export function readArguments(args: string[], environment: Record<string, string | undefined>): ScanSettings | null {
  const { values, positionals: paths } = parse(args);
  if (values.help) return null;
  const format = readFormat(values);
  const server = readServer(values.server, values.token ?? environment.OCR_TOKEN);
  const watch = readWatch(values.watch, paths);
  const out = readOut(values.out);
  if (format === 'hocr' && watch !== null && !out?.isFolder)
    throw new UsageError('--hocr with --watch needs --out FOLDER/');
  return {
    options: readOptions(values),
    paths,
    watch,
    server,
    concurrency: readConcurrency(values.concurrency, server ? DEFAULT_CONCURRENCY.server : DEFAULT_CONCURRENCY.local),
    format,
    out,
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        type: text,
        language: text,
        watch: text,
        server: text,
        token: text,
        concurrency: text,
        out: text,
        json: flag,
        csv: flag,
        text: flag,
        hocr: flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readOptions({ type, language }: { type?: string; language?: string }): OcrOptions {
  try {
    return parseOcrOptions({ ...(type !== undefined && { type }), ...(language !== undefined && { language }) });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readFormat(values: { [format in (typeof FORMATS)[number]]?: boolean }): Format {
  const asked = FORMATS.filter((format) => values[format]);
  if (asked.length > 1) throw new UsageError(`Give one of --${asked.join(' and --')}.`);
  return asked[0] ?? 'plain';
}

function readServer(address: string | undefined, token: string | undefined): ServerAddress | null {
  if (address === undefined) return null;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.pathname !== '/' || url.search) {
    throw new UsageError('--server takes an address such as https://ocr.example.org, without a path.');
  }
  if (!token?.trim()) throw new UsageError('--server needs a token: set OCR_TOKEN, or give --token.');
  return { origin: url.origin, token: token.trim() };
}

function readWatch(folder: string | undefined, paths: readonly string[]): string | null {
  if (folder === undefined) {
    if (paths.length > 0) return null;
    throw new UsageError('Give files or folders to read, or --watch FOLDER.');
  }
  if (paths.length > 0) throw new UsageError('--watch reads one folder: give no other files with it.');
  if (!isFolder(folder)) throw new UsageError(`--watch needs a folder that exists: ${folder}`);
  return folder;
}

function readOut(path: string | undefined): ScanSettings['out'] {
  if (path === undefined) return null;
  if (path === '') throw new UsageError('--out needs a file or a folder.');
  return { path, isFolder: path.endsWith('/') || path.endsWith(sep) || isFolder(path) };
}

function readConcurrency(given: string | undefined, byDefault: number): number {
  const concurrency = given === undefined ? byDefault : Number(given);
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MAX_CONCURRENCY) return concurrency;
  throw new UsageError(`--concurrency takes a whole number from 1 to ${MAX_CONCURRENCY}.`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
