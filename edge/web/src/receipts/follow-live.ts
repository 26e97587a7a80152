import type { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import type { EventMessage } from '@edge-ocr/shared/contract/events';

export interface Following {
  readonly client: Pick<OcrClient, 'events'>;
  readonly onMessage: (message: EventMessage) => void;
  /** While there is no stream: time to ask how things are. */
  readonly onTick: () => void;
  readonly signal: AbortSignal;
  /** Between two ticks. */
  readonly tickMs?: number;
  /** Ticks before the stream is tried again. */
  readonly ticksToRetry?: number;
}

/** The shop's live events until the signal aborts; ticks instead while the stream fails, as behind some proxies. */
export async function followLive(following: Following): Promise<void> {
  const { client, onMessage, onTick, signal, tickMs = 5000, ticksToRetry = 6 } = following;
  while (!signal.aborted) {
    try {
      for await (const message of client.events({}, { signal })) onMessage(message);
    } catch {
      // Whatever ended the stream: the ticks below tell what is to be told.
    }
    for (let tick = 0; tick < ticksToRetry && !signal.aborted; tick++) {
      await pause(tickMs, signal);
      if (!signal.aborted) onTick();
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
