/** The state of the queue for whoever watches it, at a cost that does not grow with how many do. */
import type { QueueState } from '@edge-ocr/shared/contract/operations';
import { Gauge, type Registry } from 'prom-client';
import { type AnswerOptions, recentAnswer } from '../recent-answer.ts';
import type { JobQueue } from './job-queue.ts';

export interface WatchedQueue {
  readonly state: QueueState;
  /** Calls of callback addresses that were given up. */
  readonly deadCallbacks: number;
}

/** @returns asks; null when the database does not answer in time. */
export function watchQueue(
  queue: Pick<JobQueue, 'counts'>,
  options?: AnswerOptions,
): () => Promise<WatchedQueue | null> {
  return recentAnswer(() => lookAt(queue), options);
}

async function lookAt(queue: Pick<JobQueue, 'counts'>): Promise<WatchedQueue> {
  const { waiting, processing, dead, deadCallbacks, oldestSeconds } = await queue.counts();
  const oldest_seconds = Math.round(oldestSeconds * 10) / 10;
  return { state: { pending: waiting, processing, failed: dead, oldest_seconds }, deadCallbacks };
}

/** Gauges of the queue, asked at each scrape; they are empty when the database does not say. */
export function showQueue(registry: Registry, read: () => Promise<WatchedQueue | null>): void {
  const registers = [registry];
  // Each asks for itself, as prom-client takes the values of one gauge while another still collects; the answer is one.
  new Gauge({
    name: 'ocr_queue_jobs',
    help: 'Jobs that are pending, processing or failed (dead letters). The same at every node',
    labelNames: ['state'],
    registers,
    async collect() {
      const watched = await read();
      this.reset();
      if (!watched) return;
      const { oldest_seconds: _, ...jobs } = watched.state;
      for (const [name, count] of Object.entries(jobs)) this.set({ state: name }, count);
    },
  });
  new Gauge({
    name: 'ocr_queue_oldest_seconds',
    help: 'For how long the oldest pending job has waited; 0 without any. The same at every node',
    registers,
    async collect() {
      const watched = await read();
      if (watched) this.set(watched.state.oldest_seconds);
      // Not reset(), which makes it 0.
      else this.remove();
    },
  });
  new Gauge({
    name: 'ocr_dead_letters',
    help: 'What was given up and lies in the database: jobs, and calls of callback addresses. The same at every node',
    labelNames: ['queue'],
    registers,
    async collect() {
      const watched = await read();
      this.reset();
      if (!watched) return;
      this.set({ queue: 'jobs' }, watched.state.failed);
      this.set({ queue: 'callbacks' }, watched.deadCallbacks);
    },
  });
}
