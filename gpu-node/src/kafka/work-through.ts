import type { IncomingBatch, IncomingMessage } from './kafka-client.ts';

/** later: it can not be done now; it and what follows come again. */
export type Outcome = 'done' | 'later';

export interface WorkLimits {
  /** Messages of the batch that are worked on beside each other. */
  readonly atOnce: number;
  readonly heartbeatMs: number;
  /** How long the partition rests after a `later`. */
  readonly restMs: number;
}

/**
 * Handles a batch, several messages beside each other. A message is resolved when it and all before it are done, so
 * that nothing is lost whenever this ends; what was done behind one that was not comes again.
 * @param handle never rejects.
 * @throws what a heartbeat or commit threw, after the messages in hand have ended: the group is rebalancing.
 */
export async function workThrough(
  batch: IncomingBatch,
  handle: (message: IncomingMessage) => Promise<Outcome>,
  { atOnce, heartbeatMs, restMs }: WorkLimits,
): Promise<void> {
  const { messages } = batch;
  const done = new Set<number>();
  const inHand = new Set<Promise<void>>();
  let resolved = 0;
  let isLater = false;
  let interruption: unknown;
  const interrupt = (error: unknown) => {
    interruption ??= error;
  };
  const finish = async (index: number, outcome: Outcome) => {
    if (outcome === 'later') {
      isLater = true;
      return;
    }
    done.add(index);
    const before = resolved;
    while (done.has(resolved)) batch.resolve(messages[resolved++] as IncomingMessage);
    if (resolved > before && interruption === undefined) await batch.commit().catch(interrupt);
  };

  const pulse = setInterval(() => batch.heartbeat().catch(interrupt), heartbeatMs);
  try {
    for (const [index, message] of messages.entries()) {
      if (inHand.size >= atOnce) await Promise.race(inHand);
      if (isLater || interruption !== undefined || !batch.isRunning()) break;
      const work: Promise<void> = handle(message)
        .then((outcome) => finish(index, outcome))
        .finally(() => inHand.delete(work));
      inHand.add(work);
    }
    await Promise.all(inHand);
  } finally {
    clearInterval(pulse);
  }
  if (interruption !== undefined) throw interruption;
  if (isLater) batch.pauseFor(restMs);
}
