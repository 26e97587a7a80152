import type { EventMessage } from '@edge-ocr/shared/contract/events';
import { expect, test } from 'vitest';
import { followLive } from './follow-live.ts';

const position: EventMessage = { event: 'position', id: '1-1' };

test('messages of the stream are passed on, and the stream is opened again after some ticks', async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  async function* events(): AsyncGenerator<EventMessage> {
    yield position;
    throw new Error('the connection is gone');
  }
  const onTick = () => {
    if (seen.push('tick') === 6) stop.abort();
  };
  const onMessage = () => void seen.push('message');
  await followLive({ client: { events }, onMessage, onTick, signal: stop.signal, tickMs: 1, ticksToRetry: 2 });
  expect(seen).toEqual(['message', 'tick', 'tick', 'message', 'tick', 'tick']);
});

test('a stream that cannot even be asked for leaves the ticks, and an abort ends them', async () => {
  const stop = new AbortController();
  let ticks = 0;
  const events = () => {
    throw new Error('no stream');
  };
  const onTick = () => {
    ticks++;
    stop.abort();
  };
  await followLive({ client: { events }, onMessage: () => undefined, onTick, signal: stop.signal, tickMs: 1 });
  expect(ticks).toBe(1);
});
