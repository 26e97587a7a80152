/** Sending a body while telling how far it is. */
import { platform } from './platform.ts';

export type UploadProgress = (progress: { readonly loaded: number; readonly total: number }) => void;

export interface Upload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  readonly onProgress: UploadProgress;
}

/** Of one piece that Node hands to the network, and so of one step of its progress. */
const PIECE_BYTES = 64 * 1024;

/** By what tells most about the way of the bytes on this platform. @throws what fetch throws */
export function uploadBody(upload: Upload, send: typeof fetch, isOwnFetch: boolean): Promise<Response> {
  if (platform.XMLHttpRequest && !isOwnFetch) return byXhr(upload, new platform.XMLHttpRequest());
  return platform.process?.versions?.node ? byStream(upload, send) : atOnce(upload, send);
}

/** fetch says nothing of what it has sent. */
function byXhr({ url, headers, body, signal, onProgress }: Upload, xhr: InstanceType<XhrClass>): Promise<Response> {
  return new Promise((resolve, reject) => {
    xhr.open('POST', url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    const onAbort = () => xhr.abort();
    const over = () => signal.removeEventListener('abort', onAbort);
    xhr.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total });
    xhr.onload = () => {
      over();
      resolve(responseOf(xhr));
    };
    xhr.onerror = () => {
      over();
      reject(new TypeError('The connection failed'));
    };
    xhr.onabort = () => {
      over();
      reject(new TypeError('The upload was aborted'));
    };
    if (signal.aborted) return reject(new TypeError('The upload was aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
    xhr.send(body);
  });
}

type XhrClass = NonNullable<typeof platform.XMLHttpRequest>;

function responseOf(xhr: InstanceType<XhrClass>): Response {
  const lines = xhr.getAllResponseHeaders().trim().split(/\r?\n/);
  const headers = lines.flatMap((line): [string, string][] => {
    const at = line.indexOf(':');
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]] : [];
  });
  return new Response(xhr.responseText || null, { status: xhr.status, headers });
}

/** Counts what the network has asked for; only Node streams a request's body over HTTP/1.1. */
function byStream({ url, headers, body, signal, onProgress }: Upload, send: typeof fetch): Promise<Response> {
  let loaded = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const piece = body.subarray(loaded, loaded + PIECE_BYTES);
      loaded += piece.byteLength;
      if (piece.byteLength === 0) return controller.close();
      controller.enqueue(piece);
      onProgress({ loaded, total: body.byteLength });
    },
  });
  const init = { method: 'POST', headers, body: stream, signal, duplex: 'half' };
  return send(url, init as RequestInit);
}

function atOnce({ url, headers, body, signal, onProgress }: Upload, send: typeof fetch): Promise<Response> {
  onProgress({ loaded: 0, total: body.byteLength });
  return send(url, { method: 'POST', headers, body, signal });
}
