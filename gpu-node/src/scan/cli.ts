/** `npm run -s scan -- …`: read files and folders, with the engine in this process or through a server. See USAGE. */
import { readArguments, type ScanSettings, USAGE, UsageError } from './arguments.ts';
import { findFiles } from './find-files.ts';
import { openOutput, ownPaths } from './output.ts';
import type { Reader } from './reader.ts';
import { runScan } from './run-scan.ts';
import type { InputFile } from './scanned.ts';
import { openServerReader } from './server-reader.ts';

/** First in time, so that Ctrl-C while the models load ends cleanly too. It may come several times: see infra/run.mjs. */
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());

try {
  const settings = readArguments(process.argv.slice(2), process.env);
  if (settings) process.exitCode = (await scan(settings)) ? 0 : 1;
  else console.log(USAGE);
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  // Whoever read the output has enough of it, which needs no words.
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') {
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : describe(error));
  }
}

async function scan(settings: ScanSettings): Promise<boolean> {
  const files = await inputFiles(settings);
  const output = await openOutput(settings).catch((error) => {
    throw new UsageError(`--out cannot be written: ${(error as Error).message}`);
  });
  const reader = await openReader(settings);
  try {
    return await runScan(settings, { files, reader, output, interrupted: interruption.signal });
  } finally {
    await reader.close();
    await output.close();
  }
}

async function inputFiles({ paths, format, out }: ScanSettings): Promise<InputFile[]> {
  const files = await findFiles(paths, ownPaths(out));
  if (files.length > 1 && format === 'hocr' && !out?.isFolder) {
    throw new UsageError('--hocr of several files needs --out FOLDER/');
  }
  return files;
}

async function openReader({ options, server, watch }: ScanSettings): Promise<Reader> {
  if (server) return openServerReader({ options, server, isWatching: watch !== null });
  const { openLocalReader } = await import('./local-reader.ts');
  return await openLocalReader(options, process.env);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
