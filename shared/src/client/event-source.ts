/** One connection to the stream of events, over what the platform has; see event-stream.ts for what outlives it. */
import type { EventMessage } from '../contract/events.ts';
import { ApiError } from './api-error.ts';
import { queryOf } from './base-url.ts';
import { readData } from './read-answer.ts';
import { EventParser } from './server-sent-events.ts';
import type { Transport } from './transport.ts';

const EVENTS_PATH = '/api/v1/ocr/events';

export interface Place {
  readonly jobId?: string | undefined;
  /** id of the last message seen. */
  readonly since?: string | undefined;
}

/** A message, or only where the stream stands. */
export type Told = { readonly message: EventMessage } | { readonly place: string };

/** Ends when the connection does, in whatever way after it was open. @throws ApiError when it cannot be opened. */
export type EventSourceOpener = (place: Place, signal: AbortSignal) => AsyncGenerator<Told, void, void>;

export function fetchEvents(transport: Transport, silenceMs: number): EventSourceOpener {
  return async function* read({ jobId, since }, signal) {
    const path = EVENTS_PATH + queryOf({ job_id: jobId, since });
    const sent = { signal, headers: { accept: 'text/event-stream' } };
    const { body } = await transport.once('GET', path, sent, async (response) => response);
    if (!body) return;
    const reader = body.getReader();
    const giveUp = () => void reader.cancel().catch(() => {});
    signal.addEventListener('abort', giveUp, { once: true });
    const parser = new EventParser();
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const silence = setTimeout(giveUp, silenceMs);
        // A connection that breaks is one that ended: who reads on connects again.
        const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
        clearTimeout(silence);
        if (done || signal.aborted) return;
        for (const { id, data } of parser.push(decoder.decode(value, { stream: true }))) {
          if (data !== null) yield { message: JSON.parse(data) as EventMessage };
          else if (id !== undefined) yield { place: id };
        }
      }
    } finally {
      signal.removeEventListener('abort', giveUp);
      giveUp();
    }
  };
}

/** What a slow reader may leave lying; beyond, the connection is given up and resumed at what was read last. */
const MAX_UNREAD = 1000;
/** Close code of the service for what the client may not say; see contract/events.ts. */
const POLICY = 1008;

/** By a ticket, because a WebSocket of a browser or of React Native sends no headers of one's own. */
export function webSocketEvents(transport: Transport): EventSourceOpener {
  return async function* read({ jobId, since }, signal) {
    const { ticket } = await transport.once('POST', `${EVENTS_PATH}/ticket`, { signal }, (response) =>
      readData<{ ticket: string }>(response),
    );
    const query = queryOf({ ticket, job_id: jobId, since });
    const socket = new WebSocket(`${transport.baseUrl.replace(/^http/i, 'ws')}${EVENTS_PATH}${query}`);
    const unread: string[] = [];
    let code: number | undefined;
    let wake = () => {};
    socket.onmessage = ({ data }) => {
      if (unread.push(String(data)) > MAX_UNREAD) socket.close();
      wake();
    };
    socket.onclose = (event) => {
      code = event.code;
      wake();
    };
    // What is wrong is not told; that it closed is.
    socket.onerror = () => {};
    const giveUp = () => socket.close();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      while (!signal.aborted) {
        const text = unread.length > MAX_UNREAD ? undefined : unread.shift();
        if (text !== undefined) yield { message: JSON.parse(text) as EventMessage };
        else if (code === POLICY) throw refused();
        else if (code !== undefined || unread.length > MAX_UNREAD) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', giveUp);
      giveUp();
    }
  };
}

function refused(): ApiError {
  const details = {
    suggestion: 'Begin without `since`, or with the id of a message.',
    retryable: false,
    request_id: '',
  };
  return new ApiError({ code: 'INVALID_REQUEST', message: 'The service refused the place in the stream', details }, 0);
}
