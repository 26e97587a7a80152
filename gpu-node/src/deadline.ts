import { OcrError } from '@edge-ocr/shared/errors';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface Deadline {
  /** Aborts with OcrError TIMEOUT at the deadline, or when the client has gone. */
  readonly signal: AbortSignal;
  /** Whether it aborted because whoever asked has gone. */
  readonly abandoned: boolean;
  clear(): void;
}

/**
 * The caller's deadline (milliseconds since the epoch), but never later than the node's own limit.
 * @param earlierMs by how much it comes earlier, to answer in time; at most by a quarter of the time there is.
 */
export function requestDeadline(
  request: FastifyRequest,
  reply: FastifyReply,
  limitMs: number,
  earlierMs = 0,
): Deadline {
  const controller = new AbortController();
  const asked = Number(request.headers[HEADER.deadline]);
  const remaining = Number.isFinite(asked) && asked > 0 ? asked - Date.now() : limitMs;
  const timeout = () => controller.abort(new OcrError('TIMEOUT'));
  const allowed = Math.max(0, Math.min(remaining, limitMs));
  const timer = setTimeout(timeout, allowed - Math.min(earlierMs, allowed / 4));
  let abandoned = false;
  const gone = () => {
    if (reply.raw.writableFinished) return;
    abandoned = !controller.signal.aborted;
    controller.abort(new OcrError('TIMEOUT', { message: 'The client has gone' }));
  };
  if (reply.raw.destroyed) gone();
  reply.raw.once('close', gone);
  return {
    signal: controller.signal,
    get abandoned() {
      return abandoned;
    },
    clear() {
      clearTimeout(timer);
      reply.raw.off('close', gone);
    },
  };
}
