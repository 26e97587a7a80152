import { HEADER } from '@edge-ocr/shared/internal';
import type { NodeCall, NodeReply } from './call-node.ts';
import { fetchNode } from './fetch-node.ts';

/** A page of results with every word's polygon has about 10 MB at the very most. */
const ANSWER_MAX_BYTES = 16 * 1024 * 1024;
/** Cloudflare's own statuses for an origin that refused, timed out on connecting, or has no route or name. */
const UNREACHED_STATUSES = [521, 522, 523, 530];
/** A gateway before the node had no usable answer from it; whether the node has worked is unknown. */
const BAD_GATEWAY = 502;
/** A node that says it is busy, or going, is left alone this long at the most. */
const BUSY_MAX_MS = 5000;

/** How asking one node ended. Never a rejection, because nobody may be waiting any more. */
export type Outcome =
  | { readonly kind: 'answered'; readonly reply: NodeReply }
  /** It takes no work now; another may. */
  | { readonly kind: 'refused'; readonly reply: NodeReply; readonly busyMs: number }
  /** Not reached, or broken. `reply` if it said so itself. */
  | {
      readonly kind: 'failed';
      readonly reply: NodeReply | null;
      readonly cause: unknown;
      readonly mayHaveWorked: boolean;
    }
  /** The deadline passed, or the answer is no longer wanted. */
  | { readonly kind: 'aborted'; readonly cause: unknown };

/** Asks one node once. */
export async function attempt(node: string, call: NodeCall, signal: AbortSignal): Promise<Outcome> {
  try {
    const headers = { ...call.headers, ...(call.authorize && { Authorization: await call.authorize() }) };
    const init = { method: call.method, headers, signal, redirect: 'manual' as const };
    const response = await fetchNode(node + call.target, call.body ? { ...init, body: call.body } : init);
    return await outcomeOf(response);
  } catch (cause) {
    if (signal.aborted) return { kind: 'aborted', cause };
    if (cause instanceof AnswerTooLargeError) return { kind: 'answered', reply: UNUSABLE };
    // workerd says the same of a refused connection and of one that broke after the request had been sent.
    return { kind: 'failed', reply: null, cause, mayHaveWorked: true };
  }
}

/** What an answer says, once it is read to its end. @throws what reading throws. */
export async function outcomeOf(response: Response): Promise<Outcome> {
  if (UNREACHED_STATUSES.includes(response.status) || response.status === BAD_GATEWAY) {
    await response.body?.cancel();
    const cause = new Error(`status ${response.status} in place of the node`);
    return { kind: 'failed', reply: null, cause, mayHaveWorked: response.status === BAD_GATEWAY };
  }
  return judge({ status: response.status, headers: response.headers, text: await readText(response) });
}

/** What a node answers that does not believe the edge's token: its clock or its secret is wrong, and it has done nothing. */
const DISBELIEVED = 401;

function judge(reply: NodeReply): Outcome {
  if (reply.status === DISBELIEVED) {
    const cause = new Error('The node does not believe the edge: compare their clocks and INTERNAL_SECRET');
    return { kind: 'failed', reply, cause, mayHaveWorked: false };
  }
  if (reply.status < 500) return { kind: 'answered', reply };
  const retryAfter = reply.headers.get('retry-after');
  const isRefusal = reply.headers.has(HEADER.draining) || (reply.status === 503 && retryAfter !== null);
  if (isRefusal)
    return { kind: 'refused', reply, busyMs: Math.min(Number(retryAfter) * 1000 || BUSY_MAX_MS, BUSY_MAX_MS) };
  if (reply.status !== 503) return { kind: 'answered', reply };
  return { kind: 'failed', reply, cause: new Error('The node answered 503'), mayHaveWorked: false };
}

class AnswerTooLargeError extends Error {}
/** Read as no envelope of the contract. */
const UNUSABLE: NodeReply = { status: 502, headers: new Headers(), text: '' };

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_MAX_BYTES) throw new AnswerTooLargeError();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
