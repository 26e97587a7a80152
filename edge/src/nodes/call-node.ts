import { OcrError } from '@edge-ocr/shared/errors';

/** A page of results with every word's polygon has about 10 MB at the very most. */
const ANSWER_MAX_BYTES = 16 * 1024 * 1024;
/** One node and, if it cannot be reached, one other. */
const MAX_NODES_TRIED = 2;
/** Cloudflare's own statuses for an origin that refused, timed out on connecting, or has no route or name. */
const UNREACHABLE_STATUSES = [521, 522, 523, 530];

export interface NodeCall {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

export interface NodeReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Asks one node of the pool, beginning anywhere; when it cannot be reached, the next.
 * @throws OcrError NETWORK_ERROR when none was reached or the reply broke off, TIMEOUT when the deadline passed.
 */
export async function callNode(nodeUrls: readonly string[], call: NodeCall): Promise<NodeReply> {
  const signal = AbortSignal.timeout(Math.max(1, call.deadline - Date.now()));
  const failures: unknown[] = [];
  try {
    for (const node of someNodes(nodeUrls)) {
      const response = await connect(node, call, signal, failures);
      if (response) return { status: response.status, headers: response.headers, text: await readText(response) };
    }
  } catch (cause) {
    if (signal.aborted) throw new OcrError('TIMEOUT', { cause });
    throw new OcrError('NETWORK_ERROR', { message: 'The OCR node broke off its answer', cause });
  }
  throw new OcrError('NETWORK_ERROR', { cause: failures.at(-1) });
}

/** @returns null, with a failure noted, when the node was not reached and another may be tried. */
async function connect(
  node: string,
  call: NodeCall,
  signal: AbortSignal,
  failures: unknown[],
): Promise<Response | null> {
  try {
    const { method, headers } = call;
    const init = { method, headers, signal, redirect: 'manual' as const };
    const response = await fetch(node + call.target, call.body ? { ...init, body: call.body } : init);
    if (!UNREACHABLE_STATUSES.includes(response.status)) return response;
    await response.body?.cancel();
    failures.push(new Error(`status ${response.status} in place of the node`));
  } catch (error) {
    if (signal.aborted) throw error;
    failures.push(error);
  }
  return null;
}

function someNodes(nodeUrls: readonly string[]): string[] {
  const first = Math.floor(Math.random() * nodeUrls.length);
  return [...nodeUrls.slice(first), ...nodeUrls.slice(0, first)].slice(0, MAX_NODES_TRIED);
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_MAX_BYTES) throw new Error('The answer of the node is too large');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
