import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { StageTimer } from './stage-timer.ts';

describe('StageTimer', () => {
  test('gives back what the stage gave, and notes how long it took', async () => {
    const timer = new StageTimer();
    expect(await timer.time('decode', () => sleep(20, 'page'))).toBe('page');
    expect(await timer.time('extract', () => 3)).toBe(3);
    expect(timer.timings.decode).toBeGreaterThanOrEqual(18);
    expect(timer.timings.extract).toBeLessThan(18);
    expect(Object.keys(timer.timings)).toEqual(['decode', 'extract']);
    expect(timer.total).toBeGreaterThanOrEqual(timer.timings.decode!);
  });

  test('a stage that fails is timed too, and its error passed on', async () => {
    const timer = new StageTimer();
    const failure = new Error('no text');
    await expect(timer.time('detect', () => sleep(15).then(() => Promise.reject(failure)))).rejects.toBe(failure);
    expect(timer.timings.detect).toBeGreaterThanOrEqual(13);
  });

  test('stages beside each other are timed apart', async () => {
    const timer = new StageTimer();
    await Promise.all([timer.time('barcodes', () => sleep(60)), timer.time('detect', () => sleep(10))]);
    expect(timer.timings.barcodes).toBeGreaterThan(timer.timings.detect!);
  });

  test('times have one decimal', async () => {
    const timer = new StageTimer();
    await timer.time('persist', () => sleep(3));
    for (const value of [timer.total, timer.timings.persist!])
      expect(value * 10).toBeCloseTo(Math.round(value * 10), 6);
  });
});
