/** The files of this visit: kept while a person looks at other pages, gone when they sign out. */
import { isConnectionFailure, type OcrClient, type ProcessOptions } from '@edge-ocr/shared/client/ocr-client';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { effect, type Signal, signal } from '@preact/signals';
import { addToQueue, online, queueItems, removeItem } from '../offline/queue.ts';
import { client } from '../session/session.ts';
import { refusalOf } from './accept.ts';
import { failureOf, type ScanState, stateOf } from './scan-state.ts';

/** So many files are sent and read at once; the others wait. */
const AT_ONCE = 3;

export interface Scan {
  readonly id: number;
  readonly file: File;
  readonly options: ProcessOptions;
  readonly state: Signal<ScanState>;
  readonly abort: AbortController;
}

export const scans = signal<readonly Scan[]>([]);
/** The id of the one whose result is shown. */
export const openScan = signal<number | null>(null);

let lastId = 0;
let running = 0;

export function addFiles(files: readonly File[], options: ProcessOptions): void {
  const added = files.map((file): Scan => {
    lastId++;
    return { id: lastId, file, options, state: signal<ScanState>({ step: 'waiting' }), abort: new AbortController() };
  });
  scans.value = [...scans.value, ...added];
  startNext();
}

export function retry({ state }: Scan): void {
  state.value = { step: 'waiting' };
  startNext();
}

/** Stops it if it is still on its way, and takes it back if it waits for a connection. */
export function remove(scan: Scan): void {
  const state = scan.state.value;
  if (state.step === 'kept') removeItem(state.queueId).catch(() => undefined);
  forget(scan);
}

/** But for what waits for a connection, which exists nowhere else. */
export function removeAll(): void {
  for (const scan of scans.value) if (scan.state.value.step !== 'kept') remove(scan);
}

function forget(scan: Scan): void {
  scan.abort.abort();
  scans.value = scans.value.filter((other) => other !== scan);
  if (openScan.value === scan.id) openScan.value = null;
}

function startNext(): void {
  const next = scans.value.filter(({ state }) => state.value.step === 'waiting').slice(0, AT_ONCE - running);
  for (const scan of next) start(scan);
}

async function start(scan: Scan): Promise<void> {
  running++;
  // At once, so that it does not wait any more.
  scan.state.value = { step: 'sending', loaded: 0, total: scan.file.size };
  const reached = await read(scan).catch(failureOf);
  running--;
  if (!scan.abort.signal.aborted) settle(scan, reached);
  startNext();
}

async function read(scan: Scan): Promise<ScanState> {
  const { file, options, abort } = scan;
  const refusal = await refusalOf(file);
  if (refusal) return { step: 'failed', ...refusal, retryable: false };
  if (!online.value || client.value === null) return keep(file, options);
  try {
    const result = await readLater(client.value, scan);
    return { step: 'done', result: result.cache === 'hit' ? await withCorrections(client.value, result) : result };
  } catch (error) {
    if (!isConnectionFailure(error) || abort.signal.aborted) throw error;
    return keep(file, options);
  }
}

/** As a job, because a job tells how far it is. Giving up the wait does not end the job, so that is said as well. */
async function readLater(reader: OcrClient, { file, options, state, abort: { signal } }: Scan): Promise<OcrResult> {
  let jobId: string | undefined;
  try {
    return await reader.readLater(file, options, {
      signal,
      onUploadProgress: (progress) => {
        if (state.value.step === 'sending') state.value = { step: 'sending', ...progress };
      },
      onProgress: (progress) => {
        ({ jobId } = progress);
        state.value = stateOf(progress) ?? state.value;
      },
    });
  } catch (error) {
    // Whether it could still be cancelled matters to nobody any more.
    if (signal.aborted && jobId !== undefined) reader.cancelJob(jobId).catch(() => undefined);
    throw error;
  }
}

/** A known image is answered as it was read; what a person said of it since is kept under its id. */
function withCorrections(reader: OcrClient, result: OcrResult): Promise<OcrResult> {
  return reader.result(result.id).catch(() => result);
}

async function keep(file: File, options: ProcessOptions): Promise<ScanState> {
  return { step: 'kept', queueId: (await addToQueue(file, options)).id };
}

/** The first result opens by itself. */
function settle(scan: Scan, state: ScanState): void {
  scan.state.value = state;
  if (state.step === 'done' && openScan.value === null) openScan.value = scan.id;
}

/** What was kept is sent by the queue; its result comes back to its card. */
async function settleKept(scan: Scan, queueId: string): Promise<void> {
  const item = queueItems.value.find(({ id }) => id === queueId);
  if (item?.state === 'failed') settle(scan, { step: 'failed', ...FAILED_IN_QUEUE, ...item.error, retryable: true });
  if (item?.state !== 'done' || !item.resultId || client.value === null) return;
  try {
    settle(scan, { step: 'done', result: await client.value.result(item.resultId) });
  } catch (error) {
    settle(scan, failureOf(error));
  }
}

const FAILED_IN_QUEUE = { message: 'It could not be read', suggestion: 'Try again.' };

effect(() => {
  for (const scan of scans.value) {
    const state = scan.state.value;
    if (state.step === 'kept') settleKept(scan, state.queueId);
  }
});
effect(() => {
  if (client.value === null) for (const scan of scans.peek()) forget(scan);
});
