import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newJobId } from '../persist/job-id.ts';
import { counted, PATIENCE, useListeners } from './listeners.fixture.ts';

const { startNode, listen, progress } = useListeners();

describe('a WebSocket client', () => {
  test('may name its place after it has connected', async () => {
    const node = await startNode();
    const [shopId, jobId] = [randomUUID(), newJobId()];
    const first = await listen(node.sse({ shopId }));
    for (const i of [1, 2, 3]) await progress(shopId, jobId, i);
    await expect.poll(() => counted(first), PATIENCE).toBe(3);
    const client = await listen(node.websocket({ shopId }));
    client.say(JSON.stringify({ since: first.events[0]!.id }));
    await progress(shopId, jobId, 4);
    await expect
      .poll(() => client.told.map(({ event }) => event).filter((name) => name === 'position').length, PATIENCE)
      .toBe(2);
    const sincePlace = () => client.told.slice(client.told.findLastIndex(({ event }) => event === 'position') + 1);
    await expect.poll(() => sincePlace().map((event) => event.progress), PATIENCE).toEqual([2, 3, 4]);
  });

  test.each(['hello', '{"since":"x"}', '{"since":"1-1","shop_id":"y"}', '[]'])('that says %s is cut', async (text) => {
    const node = await startNode();
    const client = await listen(node.websocket({ shopId: randomUUID() }));
    client.say(text);
    expect(await client.ended).toBe(1008);
  });

  test('that says more than it may is cut', async () => {
    const node = await startNode();
    const client = await listen(node.websocket({ shopId: randomUUID() }));
    client.say('x'.repeat(5000));
    expect(await client.ended).toBe(1009);
  });
});
