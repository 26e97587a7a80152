/**
 * `npm run -s scan -- [--type T] [--language L] [--json] FILES…`: the pipeline without servers.
 * With --json one object a line in the order given, { file, result } or { file, error }; exit status 1 when a file failed.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type OcrOptions, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { type ErrorEnvelope, OcrError } from '@edge-ocr/shared/errors';
import { Presets, SingleBar } from 'cli-progress';
import { parseEngineConfig } from './config.ts';
import { type Engine, loadEngine } from './inference/engine.ts';
import { processDocument } from './process-document.ts';
import { describeResult } from './review/describe-result.ts';

const USAGE =
  'Usage: npm run -s scan -- [--type product|receipt|invoice|barcode|document] [--language en] [--json] FILES…';
/** Files read at a time: one keeps the network busy while the other is decoded. */
const CONCURRENCY = 2;

interface Scanned {
  readonly file: string;
  readonly result?: OcrResult;
  readonly error?: ErrorEnvelope['error'];
}

const { values, positionals: files } = readArguments();
const options = readOptions();
const engine = await loadEngine(parseEngineConfig(process.env));
const failed = await scanAll(engine);
await engine.close();
process.exitCode = failed > 0 ? 1 : 0;

/** Scan with a little overlap and print in the order given, each as soon as its turn comes. */
async function scanAll(loaded: Engine): Promise<number> {
  const bar = progressBar();
  const pending: Promise<Scanned>[] = [];
  let failures = 0;
  for (let next = 0, printed = 0; printed < files.length; printed++) {
    while (next < files.length && next < printed + CONCURRENCY) pending.push(scan(files[next++]!, loaded));
    const scanned = await pending.shift()!;
    if (scanned.error) failures++;
    print(scanned);
    bar?.increment();
  }
  bar?.stop();
  return failures;
}

async function scan(file: string, loaded: Engine): Promise<Scanned> {
  try {
    const bytes = await readFile(file).catch((cause) => {
      throw new OcrError('NOT_FOUND', {
        message: `The file cannot be read: ${cause.code}`,
        suggestion: 'Check the path and its permissions.',
      });
    });
    if (bytes.byteLength > loaded.config.MAX_IMAGE_BYTES) {
      throw new OcrError('IMAGE_TOO_LARGE', { details: { max_bytes: loaded.config.MAX_IMAGE_BYTES } });
    }
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(new OcrError('TIMEOUT')), loaded.config.PROCESSING_TIMEOUT_MS);
    const result = await processDocument({ bytes, options, signal: timeout.signal }, loaded).finally(() =>
      clearTimeout(timer),
    );
    return { file, result };
  } catch (thrown) {
    const error = OcrError.from(thrown);
    if (error.code === 'INTERNAL') console.error(thrown);
    return { file, error: error.toEnvelope('scan').error };
  }
}

function print(scanned: Scanned): void {
  if (values.json) console.log(JSON.stringify(scanned));
  else if (scanned.result) console.log(`${scanned.file}\n${describeResult(scanned.result)}\n`);
  else
    console.log(
      `${scanned.file}\n  ${scanned.error?.code}: ${scanned.error?.message}. ${scanned.error?.details.suggestion}\n`,
    );
}

function progressBar(): SingleBar | null {
  if (!process.stderr.isTTY || files.length < 2) return null;
  const bar = new SingleBar(
    { stream: process.stderr, format: '{bar} {value}/{total} files · {eta_formatted} left' },
    Presets.shades_classic,
  );
  bar.start(files.length, 0);
  return bar;
}

function readArguments() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: { type: { type: 'string' }, language: { type: 'string' }, json: { type: 'boolean' } },
    });
    if (parsed.positionals.length > 0) return parsed;
    console.error(USAGE);
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
  }
  process.exit(2);
}

function readOptions(): OcrOptions {
  try {
    const { type, language } = values;
    return parseOcrOptions({ ...(type !== undefined && { type }), ...(language !== undefined && { language }) });
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}
