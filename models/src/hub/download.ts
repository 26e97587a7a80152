/** One file over HTTP, continued where it was broken off. */
import { type FileHandle, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refuse } from './hub-error.ts';
import { mayPass, Passing, type Patience, untilItWorks, waitAskedFor } from './retry.ts';

export interface Download {
  readonly url: string;
  /** Grows as bytes come, and holds the whole file in the end. Beside it lies `….etag`, by which the next try knows the contents. */
  readonly file: string;
  /** Bytes; null where it is not known. */
  readonly size: number | null;
  readonly patience: Patience;
  /** Told how many bytes there are. */
  readonly onProgress?: (bytes: number) => void;
}

/** @throws HubError where trying again is no use; the last failure when the tries are used up. What has come is kept. */
export async function download(task: Download): Promise<void> {
  await mkdir(dirname(task.file), { recursive: true });
  // A hub without ranges begins anew each time: what came before is no gain.
  let furthest = 0;
  await untilItWorks(task.patience, (gained) =>
    continueDownload(task, (bytes) => {
      if (bytes > furthest) gained();
      furthest = Math.max(furthest, bytes);
    }),
  );
}

async function continueDownload(task: Download, came: (bytes: number) => void): Promise<void> {
  const { have, etag } = await whatIsThere(task.file);
  if (task.size !== null && have === task.size) return task.onProgress?.(have);
  const silence = new AbortController();
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  // Without its ETag nobody knows whether the rest belongs to what is there.
  if (have > 0 && etag) Object.assign(headers, { range: `bytes=${have}-`, 'if-range': etag });
  const alarm = setTimeout(() => silence.abort(new Passing('The hub has fallen silent')), task.patience.silenceMs);
  try {
    const response = await fetch(task.url, { headers, signal: silence.signal });
    if (mayPass(response.status)) throw new Passing(`${task.url} answers ${response.status}`, waitAskedFor(response));
    if (response.status === 416) {
      await rm(task.file, { force: true });
      throw new Passing(`${task.url} has fewer bytes than there are already`);
    }
    if (!response.ok || !response.body) refuse(response.status, task.url);
    const from = continuesAt(response, have);
    await noteEtag(task.file, response);
    await using target = await open(task.file, from === 0 ? 'w' : 'r+');
    await append(target, from, response.body, (bytes) => {
      alarm.refresh();
      came(bytes);
      task.onProgress?.(bytes);
    });
    await checkLength(task, response, from);
  } finally {
    clearTimeout(alarm);
  }
}

/** Where in the file the answer's first byte belongs. */
function continuesAt(response: Response, have: number): number {
  if (response.status !== 206) return 0;
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  if (Number(range?.[1]) !== have) throw new Passing('The hub sends another part than was asked for');
  return have;
}

async function append(
  target: FileHandle,
  from: number,
  body: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let at = from;
  for await (const piece of body) {
    await target.write(piece, 0, piece.length, at);
    at += piece.length;
    onBytes(at);
  }
}

/** A connection that is closed early can look like the end. */
async function checkLength({ file, size, url }: Download, response: Response, from: number): Promise<void> {
  const promised = response.headers.get('content-length');
  const expected = size ?? (promised === null ? null : from + Number(promised));
  const { size: actual } = await stat(file);
  if (expected === null || actual === expected) return;
  if (actual > expected) await rm(file);
  throw new Passing(`${url} has ${expected} bytes, and ${actual} came`);
}

async function whatIsThere(file: string): Promise<{ have: number; etag: string | null }> {
  const have = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  const etag = await readFile(`${file}.etag`, 'utf8').catch(() => null);
  return { have, etag };
}

/** Only a strong one says that the bytes are the same. */
async function noteEtag(file: string, response: Response): Promise<void> {
  const etag = response.headers.get('etag');
  if (etag?.startsWith('"')) await writeFile(`${file}.etag`, etag);
  else await rm(`${file}.etag`, { force: true });
}
