import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { IncomingBatch, IncomingMessage } from './kafka-client.ts';
import { type Outcome, workThrough } from './work-through.ts';

const LIMITS = { atOnce: 3, heartbeatMs: 5, restMs: 700 };

function batchOf(count: number, overrides: Partial<IncomingBatch> = {}) {
  const seen = { resolved: [] as string[], pauses: [] as number[], commits: 0 };
  const messages = Array.from(
    { length: count },
    (_, index): IncomingMessage => ({
      ...{ topic: 't', partition: 0, offset: String(index), key: null, value: null, headers: {} },
    }),
  );
  const batch: IncomingBatch = {
    messages,
    resolve: ({ offset }) => seen.resolved.push(offset),
    commit: async () => {
      seen.commits++;
    },
    heartbeat: async () => {},
    pauseFor: (milliseconds) => seen.pauses.push(milliseconds),
    isRunning: () => true,
    ...overrides,
  };
  return { batch, seen };
}

describe('workThrough', () => {
  test('works on several at once, no more, and resolves in order', async () => {
    const { batch, seen } = batchOf(9);
    let inHand = 0;
    let most = 0;
    await workThrough(
      batch,
      async ({ offset }) => {
        most = Math.max(most, ++inHand);
        // Later ones end sooner.
        await sleep(30 - 3 * Number(offset));
        inHand--;
        return 'done';
      },
      LIMITS,
    );
    expect(most).toBe(3);
    expect(seen).toMatchObject({ resolved: ['0', '1', '2', '3', '4', '5', '6', '7', '8'], pauses: [] });
    expect(seen.commits).toBeGreaterThan(0);
  });

  test('resolves nothing behind one that is for later, begins nothing more, and rests', async () => {
    const { batch, seen } = batchOf(6);
    const begun: string[] = [];
    const handle = async ({ offset }: IncomingMessage): Promise<Outcome> => {
      begun.push(offset);
      await sleep(offset === '1' ? 1 : 20);
      return offset === '1' ? 'later' : 'done';
    };
    await workThrough(batch, handle, LIMITS);
    expect(begun).toEqual(['0', '1', '2']);
    expect(seen).toMatchObject({ resolved: ['0'], pauses: [700] });
  });

  test('begins nothing more when the consumer stops', async () => {
    let running = true;
    const { batch, seen } = batchOf(6, { isRunning: () => running });
    await workThrough(
      batch,
      async () => {
        running = false;
        return 'done';
      },
      { ...LIMITS, atOnce: 1 },
    );
    expect(seen).toMatchObject({ resolved: ['0'], pauses: [] });
  });

  test.each(['heartbeat', 'commit'] as const)('a %s that fails ends the batch after what is in hand', async (which) => {
    const rebalancing = new Error('rebalancing');
    const { batch, seen } = batchOf(9, { [which]: () => Promise.reject(rebalancing) });
    let ended = 0;
    const handle = async (): Promise<Outcome> => {
      await sleep(30);
      ended++;
      return 'done';
    };
    await expect(workThrough(batch, handle, LIMITS)).rejects.toBe(rebalancing);
    expect(ended).toBeLessThan(9);
    expect(seen.resolved).toHaveLength(ended);
  });
});
