/** A model hub on this machine: its API, redirects to where contents lie, ranges, and faults on demand. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { filesOf } from './fetch-model.ts';

export const COMMIT = 'c0ffee'.padEnd(40, '0');
const CONTENT_PATH = '/contents/';

/** What goes wrong with the next answers with a file's contents, one each. */
export type Fault =
  /** The connection breaks after so many bytes. */
  | { readonly breakAfter: number }
  /** So many bytes come, and then nothing more. */
  | { readonly silentAfter: number }
  | { readonly status: number }
  /** Another part than was asked for. */
  | { readonly wrongRange: true };

export interface HubServer extends AsyncDisposable {
  readonly url: string;
  /** Contents by path; may be changed. */
  readonly files: Map<string, Buffer>;
  readonly faults: Fault[];
  /** What was asked of contents: path and Range, in order. */
  readonly asked: { path: string; range: string | null }[];
  /** Bytes of contents that were sent. */
  sent: number;
  ranges: boolean;
  /** Contents that the API tells of, where they are not those that come. */
  promised: Map<string, Buffer>;
}

const FAVOURITE = 'onnx/decoder_model_merged.onnx';

export async function startHub(): Promise<HubServer> {
  const paths = [...filesOf('fp32'), ...filesOf('quantized')];
  const files = new Map(paths.map((path, i) => [path, contentOf(path === FAVOURITE ? 700_000 : 1000 + i)]));
  const server = createServer((request, response) => answer(hub, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub: HubServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    faults: [],
    asked: [],
    sent: 0,
    ranges: true,
    promised: new Map(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return hub;
}

/** So many bytes that do not repeat early. */
export function contentOf(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * i * 31 + i + length) >> 3));
}

function answer(hub: HubServer, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url!, hub.url);
  const api = /^\/api\/models\/[^/]+\/[^/]+\/revision\/(main|[0-9a-f]{40})$/.exec(pathname);
  const file = /^\/[^/]+\/[^/]+\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(pathname);
  if (api) {
    const commit = api[1] === 'main' ? COMMIT : api[1];
    const siblings = [...hub.files].map(([path, own]) => describe(path, hub.promised.get(path) ?? own));
    return void response.end(JSON.stringify({ sha: commit, siblings }));
  }
  if (file) return void response.writeHead(302, { location: CONTENT_PATH + file[2] }).end();
  const content = pathname.startsWith(CONTENT_PATH) && hub.files.get(pathname.slice(CONTENT_PATH.length));
  if (!content) return void response.writeHead(404).end();
  sendContent(hub, pathname.slice(CONTENT_PATH.length), content, request, response);
}

function describe(path: string, content: Buffer) {
  const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const lfs = { sha256: createHash('sha256').update(content).digest('hex'), size: content.length, pointerSize: 130 };
  const isLarge = path.endsWith('.onnx');
  return { rfilename: path, size: content.length, blobId: isLarge ? '0'.repeat(40) : blob, ...(isLarge && { lfs }) };
}

function sendContent(
  hub: HubServer,
  path: string,
  content: Buffer,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  hub.asked.push({ path, range: headers.range ?? null });
  const fault = path === FAVOURITE ? hub.faults.shift() : undefined;
  if (fault && 'status' in fault) return void response.writeHead(fault.status).end();
  const etag = `"${createHash('md5').update(content).digest('hex')}"`;
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const isPart = hub.ranges && start > 0 && headers['if-range'] === etag;
  if (isPart && start >= content.length) return void response.writeHead(416).end();
  const from = isPart ? start - (fault && 'wrongRange' in fault ? 1 : 0) : 0;
  const rest = content.subarray(from);
  response.writeHead(isPart ? 206 : 200, {
    etag,
    'content-length': rest.length,
    ...(isPart && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  const stop =
    fault && 'breakAfter' in fault ? fault.breakAfter : fault && 'silentAfter' in fault ? fault.silentAfter : null;
  const piece = stop === null ? rest : rest.subarray(0, stop);
  hub.sent += piece.length;
  response.write(piece, () => {
    if (stop === null) response.end();
    else if (fault && 'breakAfter' in fault) response.destroy();
  });
}
