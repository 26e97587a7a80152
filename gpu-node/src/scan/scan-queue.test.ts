import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ScanQueue } from './scan-queue.ts';
import type { InputFile, Scanned } from './scanned.ts';

const file = (name: string): InputFile => ({ path: name, name });

/** Reads `slow…` later than all others; keeps what is in work and what was reported. */
function watched(options: { readonly concurrency: number; readonly failAt?: string }) {
  const reported: string[] = [];
  let active = 0;
  let mostActive = 0;
  const queue = new ScanQueue({
    concurrency: options.concurrency,
    async scan({ path }): Promise<Scanned | null> {
      mostActive = Math.max(mostActive, ++active);
      await sleep(path.startsWith('slow') ? 30 : 1);
      return path.startsWith('same') ? null : { file: path };
    },
    async report({ path }, scanned) {
      active--;
      if (path === options.failAt) throw new Error('disk full');
      if (scanned) reported.push(path);
    },
  });
  return { queue, reported, mostActive: () => mostActive };
}

describe('ScanQueue', () => {
  it('reports in the order in which files came, holding no more than it may', async () => {
    const { queue, reported, mostActive } = watched({ concurrency: 3 });
    const names = ['slow1', 'b', 'c', 'same', 'slow2', 'f', 'g'];
    for (const name of names) queue.add(file(name));
    queue.close();
    await queue.finished;
    expect(reported).toEqual(names.filter((name) => name !== 'same'));
    expect(mostActive()).toBe(3);
    expect(queue.left).toBe(0);
  });

  it('takes files until it is closed, and ends when there are none', async () => {
    const { queue, reported } = watched({ concurrency: 2 });
    queue.add(file('a'));
    await sleep(10);
    queue.add(file('b'));
    queue.close();
    queue.add(file('late'));
    await queue.finished;
    expect(reported).toEqual(['a', 'b']);
  });

  it('finishes what is begun when it is stopped, and counts the rest', async () => {
    const { queue, reported } = watched({ concurrency: 2 });
    for (const name of ['slow1', 'b', 'c', 'd']) queue.add(file(name));
    queue.stop();
    await queue.finished;
    expect(reported).toEqual(['slow1', 'b']);
    expect(queue.left).toBe(2);
  });

  it('ends with the failure of a report, and reports no more', async () => {
    const { queue, reported } = watched({ concurrency: 2, failAt: 'b' });
    for (const name of ['a', 'b', 'c', 'd']) queue.add(file(name));
    queue.close();
    await expect(queue.finished).rejects.toThrow('disk full');
    await sleep(20);
    expect(reported).toEqual(['a']);
  });
});
