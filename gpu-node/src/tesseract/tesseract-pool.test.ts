import { afterEach, describe, expect, test, vi } from 'vitest';
import { pgmOf } from './grey-line.ts';
import { TesseractPool, type TesseractPoolOptions } from './tesseract-pool.ts';
import type { startTesseractWorker, TesseractWord } from './tesseract-worker.ts';

const never = new AbortController().signal;
const OPTIONS = { workers: 2, linesPerWorker: 3, timeoutMs: 1000, idleMs: 60_000 };
const word = (text: string): TesseractWord => ({ text, confidence: 90, bbox: { x0: 0, y0: 0, x1: 9, y1: 9 } });
const file = (text: string) => Buffer.from(text);

/** Threads that answer with what they are given; `hang` never answers. */
function standIns() {
  const started: string[] = [];
  const ended: string[] = [];
  const start: typeof startTesseractWorker = async (languages) => {
    const name = `${languages}-${started.length}`;
    started.push(name);
    return {
      languages,
      read: async (bytes) => {
        const text = Buffer.from(bytes).toString();
        if (text === 'hang') return new Promise(() => undefined);
        if (text === 'fail') throw new Error('Error attempting to read image.');
        return [word(`${text} by ${name}`)];
      },
      end: async () => void ended.push(name),
    };
  };
  return { started, ended, start };
}

let pool: TesseractPool | undefined;
afterEach(() => pool?.close());
function open(options: Partial<TesseractPoolOptions>): TesseractPool {
  pool = new TesseractPool({ ...OPTIONS, ...options });
  return pool;
}

describe('TesseractPool', () => {
  test('no thread is started before one is needed, and no more than allowed', async () => {
    const { started, start } = standIns();
    open({ start });
    expect(started).toEqual([]);
    const read = await Promise.all([1, 2, 3, 4].map((i) => pool!.read('eng', file(String(i)), never)));
    expect(started).toHaveLength(2);
    expect(read.map(([first]) => first!.text[0])).toEqual(['1', '2', '3', '4']);
  });

  test('a thread is replaced after its lines', async () => {
    const { started, ended, start } = standIns();
    open({ start, workers: 1 });
    for (let i = 0; i < 7; i++) await pool!.read('ben', file('x'), never);
    expect(started).toEqual(['ben-0', 'ben-1', 'ben-2']);
    await vi.waitFor(() => expect(ended).toEqual(['ben-0', 'ben-1']));
  });

  test('one that hangs or fails is ended, and the next line gets another', async () => {
    const { ended, start } = standIns();
    open({ start, workers: 1, timeoutMs: 50 });
    await expect(pool!.read('eng', file('hang'), never)).rejects.toThrow('within 50 ms');
    await expect(pool!.read('eng', file('fail'), never)).rejects.toThrow('read image');
    expect((await pool!.read('eng', file('x'), never))[0]!.text).toBe('x by eng-2');
    expect(ended).toEqual(['eng-0', 'eng-1']);
  });

  test('an idle thread makes room for one of another language, and ends by itself', async () => {
    const { ended, start } = standIns();
    open({ start, workers: 1, idleMs: 20 });
    await pool!.read('eng', file('x'), never);
    await pool!.read('ben', file('x'), never);
    expect(ended).toEqual(['eng-0']);
    await vi.waitFor(() => expect(pool!.size).toBe(0));
    expect(ended).toEqual(['eng-0', 'ben-1']);
  });

  test('what waits is dropped when its request is over, and when the pool closes', async () => {
    const { start } = standIns();
    open({ start, workers: 1 });
    const leaving = new AbortController();
    const running = pool!.read('eng', file('hang'), never);
    const waiting = pool!.read('eng', file('x'), leaving.signal);
    const last = pool!.read('eng', file('x'), never);
    leaving.abort(new Error('gone'));
    const settled = Promise.allSettled([running, waiting, last]);
    await pool!.close();
    const reasons = (await settled).map((one) => (one as PromiseRejectedResult).reason.message);
    expect(reasons[2]).toContain('closed');
    expect(reasons[1]).toMatch(/gone|closed/);
  });

  test('bytes that are no picture fail by themselves, and the next line is read by another thread', async () => {
    open({ workers: 1, timeoutMs: 10_000 });
    await expect(pool!.read('eng', file('no picture'), never)).rejects.toThrow();
    const blank = { data: new Uint8Array(300 * 60).fill(255), width: 300, height: 60 };
    const read = await pool!.read('eng', pgmOf(blank), never);
    expect(read.every(({ confidence }) => confidence === 0)).toBe(true);
  });
});
