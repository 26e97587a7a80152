import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { DatabaseAwayError } from '../persist/database.ts';
import { showQueue, watchQueue } from './watch-queue.ts';

/** A queue that counts how often it is asked. */
function queueOf(...answers: (() => Promise<{ waiting: number; oldestSeconds: number }>)[]) {
  const queue = {
    asked: 0,
    async counts() {
      const answer = answers[Math.min(queue.asked++, answers.length - 1)]!;
      return { processing: 1, dead: 2, deadCallbacks: 4, ...(await answer()) };
    },
  };
  return queue;
}
const waiting = (jobs: number, oldestSeconds = 0) => Promise.resolve({ waiting: jobs, oldestSeconds });
const away = () => Promise.reject(new DatabaseAwayError(new Error('no connection')));
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('many who ask at once, and soon after, are one question', async () => {
  const queue = queueOf(() => waiting(3, 12.34));
  const read = watchQueue(queue, { maxAgeMs: 60_000, timeoutMs: 1000 });
  const answers = await Promise.all([read(), read(), read()]);
  const state = { pending: 3, processing: 1, failed: 2, oldest_seconds: 12.3 };
  expect(answers[0]).toEqual({ state, deadCallbacks: 4 });
  expect(answers[1]).toBe(answers[0]);
  await read();
  expect(queue.asked).toBe(1);
});

test('an answer that is too old is asked for anew', async () => {
  const queue = queueOf(
    () => waiting(3),
    () => waiting(4),
  );
  const read = watchQueue(queue, { maxAgeMs: 10, timeoutMs: 1000 });
  expect(await read()).toMatchObject({ state: { pending: 3 } });
  await expect.poll(async () => (await read())?.state.pending).toBe(4);
});

test('a database that is away, or says nothing in time, is no answer and no failure', async () => {
  expect(await watchQueue(queueOf(away), { maxAgeMs: 10, timeoutMs: 1000 })()).toBeNull();
  const silent = queueOf(() => new Promise(() => {}));
  const read = watchQueue(silent, { maxAgeMs: 10, timeoutMs: 20 });
  expect(await read()).toBeNull();
  await pause(30);
  // It is still being asked.
  expect([await read(), silent.asked]).toEqual([null, 1]);
});

test('the gauges show what the queue is at the scrape, and nothing when it does not say', async () => {
  const registry = new Registry();
  const queue = queueOf(() => waiting(5, 61), away);
  showQueue(registry, watchQueue(queue, { maxAgeMs: 1, timeoutMs: 1000 }));
  const scraped = await registry.metrics();
  for (const line of [
    'ocr_queue_jobs{state="pending"} 5',
    'ocr_queue_jobs{state="processing"} 1',
    'ocr_queue_jobs{state="failed"} 2',
    'ocr_queue_oldest_seconds 61',
    'ocr_dead_letters{queue="jobs"} 2',
    'ocr_dead_letters{queue="callbacks"} 4',
  ]) {
    expect(scraped.split('\n')).toContain(line);
  }
  await pause(20);
  expect(await registry.metrics()).not.toMatch(/^ocr_(queue|dead)/m);
});
