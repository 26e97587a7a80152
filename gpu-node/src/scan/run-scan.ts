import type { ScanSettings } from './arguments.ts';
import { KnownBytes } from './known-bytes.ts';
import { type Output, ownPaths } from './output.ts';
import { openProgress } from './progress.ts';
import type { Reader } from './reader.ts';
import { scanFile } from './scan-file.ts';
import { ScanQueue } from './scan-queue.ts';
import type { InputFile, Scanned } from './scanned.ts';
import { Summary } from './summary.ts';
import { type Watching, watchFolder } from './watch-folder.ts';

/** How long those begun may take after Ctrl-C. */
const GRACE_MS = 5_000;
/** With these no other file will fare better, so the run ends. */
const HOPELESS = ['UNAUTHORIZED', 'FORBIDDEN', 'QUOTA_EXCEEDED'];
/** Nor with this, but a watch can go on when the server is back. */
const UNREACHABLE = 'NETWORK_ERROR';

export interface Parts {
  /** To be read now; with a watch, what comes besides. */
  readonly files: readonly InputFile[];
  readonly reader: Reader;
  readonly output: Output;
  /** Aborts when nothing new is to be begun. */
  readonly interrupted: AbortSignal;
}

/**
 * Reads everything that the settings ask for, tells of failures and closes with a summary, on standard error.
 * @returns whether all was read.
 * @throws Error when the output or the watch is lost.
 */
export async function runScan(settings: ScanSettings, parts: Parts): Promise<boolean> {
  const { reader, output, interrupted } = parts;
  const summary = new Summary(settings.server !== null);
  const progress = openProgress(process.stderr);
  const abandon = new AbortController();
  const known = settings.watch === null ? null : new KnownBytes();

  const isHopeless = (code: string) => HOPELESS.includes(code) || (code === UNREACHABLE && settings.watch === null);
  const isToldInOutput = settings.format === 'json' && !settings.out?.isFolder;
  const report = async (file: InputFile, scanned: Scanned) => {
    summary.add(scanned);
    progress.clear();
    if (scanned.error && !isToldInOutput) console.error(describeFailure(scanned));
    await output.write(file, scanned);
    if (scanned.error && isHopeless(scanned.error.code)) stop();
  };
  const queue = new ScanQueue({
    concurrency: settings.concurrency,
    scan: (file) => scanFile(file, { reader, signal: abandon.signal, known }),
    report: async (file, scanned) => {
      if (scanned) await report(file, scanned);
      progress.advance();
    },
  });
  const stop = () => {
    queue.stop();
    // Nobody waits for it: it must not keep the process.
    setTimeout(() => abandon.abort(), GRACE_MS).unref();
  };
  const add = (file: InputFile) => {
    progress.expect();
    queue.add(file);
  };

  const lost = Promise.withResolvers<never>();
  const watching = watchIfAsked(settings, { add, known, onError: lost.reject });
  for (const file of parts.files) add(file);
  if (!watching) queue.close();
  interrupted.addEventListener('abort', stop);
  if (interrupted.aborted) stop();
  try {
    await Promise.race([queue.finished, lost.promise]);
  } finally {
    abandon.abort();
    await watching?.close();
    progress.stop();
    console.error(summary.describe(queue.left));
  }
  return summary.failed === 0 && queue.left === 0;
}

interface WatchParts {
  readonly add: (file: InputFile) => void;
  readonly known: KnownBytes | null;
  readonly onError: (error: Error) => void;
}

function watchIfAsked({ watch, out }: ScanSettings, { add, known, onError }: WatchParts): Watching | null {
  if (watch === null) return null;
  return watchFolder(watch, {
    isOwn: ownPaths(out),
    onFile: add,
    onGone: (path) => known?.forget(path),
    onError: ({ message }) => onError(new Error(`The watch of ${watch} is lost: ${message}`)),
  });
}

function describeFailure({ file, error }: Scanned): string {
  return `${file}\n  ${error?.code}: ${error?.message}. ${error?.details.suggestion}`;
}
