import { describe, expect, test } from 'vitest';
import { rectOf } from '../geometry.ts';
import type { RecognisedLine } from '../recognise/text-line.ts';
import { LineBatcher } from './line-batcher.ts';
import type { TrocrTask } from './trocr-worker.ts';

const image = (name: number) => ({ data: Uint8Array.of(name, 0, 0), width: 1, height: 1 });
const at = (x: number) =>
  rectOf([
    { x, y: 0 },
    { x: x + 9, y: 0 },
    { x: x + 9, y: 3 },
    { x, y: 3 },
  ]);
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A reader that answers with image and x of each line, when it is let go on. */
function standIn() {
  const tasks: { task: TrocrTask; names: string[]; answer(): void; fail(reason: Error): void }[] = [];
  const read = (task: TrocrTask) =>
    new Promise<(RecognisedLine | null)[]>((resolve, reject) => {
      const names = task.lines.map(({ image: i, rect }) => `${task.images[i]!.data[0]}:${rect.corners[0].x}`);
      const lines = names.map((text) => ({ text }) as RecognisedLine);
      tasks.push({ task, names, answer: () => resolve(lines), fail: reject });
    });
  return { tasks, read };
}

describe('LineBatcher', () => {
  test('lines of all requests share batches, in their order, and images are sent once', async () => {
    const { tasks, read } = standIn();
    const batcher = new LineBatcher(read, { maxBatch: 3, concurrency: 1 });
    const signal = new AbortController().signal;
    const [one, two] = [image(1), image(2)];
    const all = [
      [one, 0],
      [one, 1],
      [two, 2],
      [two, 3],
    ] as const;
    const lines = all.map(([pixels, x]) => batcher.read(pixels, at(x), signal));
    await settle();
    expect(tasks.map(({ names }) => names)).toEqual([['1:0', '1:1', '2:2']]);
    expect(tasks[0]!.task.images).toHaveLength(2);
    tasks[0]!.answer();
    await settle();
    expect(tasks[1]!.names).toEqual(['2:3']);
    tasks[1]!.answer();
    expect((await Promise.all(lines)).map((line) => line!.text)).toEqual(['1:0', '1:1', '2:2', '2:3']);
  });

  test('a line whose request ends while it waits is not read', async () => {
    const { tasks, read } = standIn();
    const batcher = new LineBatcher(read, { maxBatch: 1, concurrency: 1 });
    const leaving = new AbortController();
    const first = batcher.read(image(1), at(0), new AbortController().signal);
    const second = batcher.read(image(1), at(1), leaving.signal);
    await settle();
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    tasks[0]!.answer();
    await first;
    await settle();
    expect(tasks).toHaveLength(1);
    await expect(async () => batcher.read(image(1), at(2), leaving.signal)).rejects.toThrow('gone');
  });

  test('one that ends while it is read fails at once, and the reader is told', async () => {
    const { tasks, read } = standIn();
    const batcher = new LineBatcher(read, { maxBatch: 2, concurrency: 1 });
    const leaving = new AbortController();
    const stays = batcher.read(image(1), at(0), new AbortController().signal);
    const leaves = batcher.read(image(1), at(1), leaving.signal);
    await settle();
    expect([...tasks[0]!.task.unwanted]).toEqual([0, 0]);
    leaving.abort(new Error('late'));
    await expect(leaves).rejects.toThrow('late');
    expect([...tasks[0]!.task.unwanted]).toEqual([0, 1]);
    tasks[0]!.answer();
    expect((await stays)!.text).toBe('1:0');
  });

  test('a failed batch fails its own lines, and the next one is read', async () => {
    const { tasks, read } = standIn();
    const batcher = new LineBatcher(read, { maxBatch: 1, concurrency: 1 });
    const signal = new AbortController().signal;
    const lines = [0, 1].map((x) => batcher.read(image(1), at(x), signal));
    await settle();
    tasks[0]!.fail(new Error('broken'));
    await expect(lines[0]).rejects.toThrow('broken');
    await settle();
    tasks[1]!.answer();
    expect((await lines[1]!)!.text).toBe('1:1');
  });
});
