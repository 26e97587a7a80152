/** The state of the queue for whoever watches it, at a cost that does not grow with how many do. */
import type { QueueState } from '@edge-ocr/shared/contract/operations';
import { Gauge, type Registry } from 'prom-client';
import type { JobQueue } from './job-queue.ts';

export interface WatchOptions {
  /** How old an answer may be. */
  readonly maxAgeMs: number;
  /** Nobody who asks how things are is to hang because they are bad. */
  readonly timeoutMs: number;
}

const DEFAULTS: WatchOptions = { maxAgeMs: 1000, timeoutMs: 2000 };

/** @returns asks; null when the database does not answer in time. One question at a time, however many ask. */
export function watchQueue(
  queue: Pick<JobQueue, 'counts'>,
  { maxAgeMs, timeoutMs }: WatchOptions = DEFAULTS,
): () => Promise<QueueState | null> {
  let asked: Promise<QueueState | null> | null = null;
  const ask = () => {
    const question = stateOf(queue).catch(() => null);
    asked = question;
    // Failures are kept too: a database that is away is not asked more often for it.
    void question.then(() => {
      setTimeout(() => {
        asked = null;
      }, maxAgeMs).unref();
    });
    return question;
  };
  return () => Promise.race([asked ?? ask(), nothingAfter(timeoutMs)]);
}

async function stateOf(queue: Pick<JobQueue, 'counts'>): Promise<QueueState> {
  const { waiting, processing, dead, oldestSeconds } = await queue.counts();
  return { pending: waiting, processing, failed: dead, oldest_seconds: Math.round(oldestSeconds * 10) / 10 };
}

function nothingAfter(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds).unref());
}

/** Gauges of the queue, asked at each scrape; they are empty when the database does not say. */
export function showQueue(registry: Registry, read: () => Promise<QueueState | null>): void {
  const registers = [registry];
  // Each asks for itself, as prom-client takes the values of one gauge while another still collects; the answer is one.
  new Gauge({
    name: 'ocr_queue_jobs',
    help: 'Jobs that are pending, processing or failed (dead letters). The same at every node',
    labelNames: ['state'],
    registers,
    async collect() {
      const state = await read();
      this.reset();
      if (!state) return;
      const { oldest_seconds: _, ...jobs } = state;
      for (const [name, count] of Object.entries(jobs)) this.set({ state: name }, count);
    },
  });
  new Gauge({
    name: 'ocr_queue_oldest_seconds',
    help: 'For how long the oldest pending job has waited; 0 without any. The same at every node',
    registers,
    async collect() {
      const state = await read();
      if (state) this.set(state.oldest_seconds);
      // Not reset(), which makes it 0.
      else this.remove();
    },
  });
}
