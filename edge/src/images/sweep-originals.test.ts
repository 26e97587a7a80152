import { createExecutionContext, createScheduledController, reset, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { IMAGE_SWEEP_TARGET, type ImageSweep, imageSweepSchema, SYSTEM } from '@edge-ocr/shared/image-access';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { StandInNode, standIn } from '../testing/stand-in-node.ts';
import worker from '../worker.ts';
import { type Sweep, sweepOriginals } from './sweep-originals.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-06-01T03:17:00Z');
const SHOPS = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];

let lines: string[];
let recorded: ImageSweep[];
beforeEach(() => {
  vi.restoreAllMocks();
  lines = captureLog();
  recorded = [];
});
afterEach(() => reset());

/** An original that came `days` before NOW. */
async function keep(index: number, days: number): Promise<string> {
  const key = `shop/${SHOPS[index % 2]}/${index.toString(16).padStart(64, '0')}`;
  const uploaded_at = new Date(NOW - days * DAY_MS).toISOString();
  await env.IMAGES.put(key, 'image', { customMetadata: { uploaded_at } });
  return key;
}

const sweep = (options: Partial<Sweep> = {}) =>
  sweepOriginals({
    images: env.IMAGES,
    uploadedUntil: NOW - 90 * DAY_MS,
    maxObjects: 1000,
    stopAt: Date.now() + 60_000,
    record: async (step) => {
      recorded.push(imageSweepSchema.parse(step));
    },
    ...options,
  });
const keysLeft = async () => (await env.IMAGES.list()).objects.map(({ key }) => key);
const hashesOf = (steps: ImageSweep[]) =>
  steps.flatMap(({ deleted }) => deleted.map(({ sha256 }) => Number(`0x${sha256}`)));

describe('the sweep', () => {
  it('removes what was kept long enough, and that alone, and says which', async () => {
    const young = await keep(1, 89.99);
    await keep(2, 90);
    await keep(3, 400);
    expect(await sweep()).toEqual({ seen: 3, deleted: 2, finished: true });
    expect(await keysLeft()).toEqual([young]);
    expect(recorded).toHaveLength(1);
    expect(recorded[0]?.deleted.map(({ shop_id }) => shop_id).sort()).toEqual(SHOPS);
    expect(hashesOf(recorded).sort()).toEqual([2, 3]);
  });

  it('goes by the time of writing where none was noted', async () => {
    const key = `shop/${SHOPS[0]}/${'f'.repeat(64)}`;
    await env.IMAGES.put(key, 'image');
    await sweep();
    expect(await keysLeft()).toEqual([key]);
    await sweep({ uploadedUntil: Date.now() + DAY_MS });
    expect(await keysLeft()).toEqual([]);
  });

  it('goes on where the last one stopped, and from the start after the end', async () => {
    for (let i = 0; i < 10; i++) await keep(i, i < 8 ? 91 : 1);
    expect(await sweep({ maxObjects: 4 })).toMatchObject({ seen: 4, finished: false });
    expect(await keysLeft()).toContain('system/sweep-position');
    expect(await sweep({ maxObjects: 4 })).toMatchObject({ seen: 4, finished: false });
    expect(await sweep({ maxObjects: 4 })).toMatchObject({ seen: 2, finished: true });
    expect((await keysLeft()).filter((key) => key.startsWith('shop/'))).toHaveLength(2);
    expect(await keysLeft()).not.toContain('system/sweep-position');
    expect(hashesOf(recorded).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await sweep({ maxObjects: 4 })).toEqual({ seen: 2, deleted: 0, finished: true });
  });

  it('does one page when its time is over, so that it always gets on', async () => {
    for (let i = 0; i < 3; i++) await keep(i, 91);
    expect(await sweep({ stopAt: 0 })).toEqual({ seen: 3, deleted: 3, finished: true });
  });

  it('touches nothing outside the originals', async () => {
    await env.IMAGES.put('exports/2026.csv', 'x', { customMetadata: { uploaded_at: '2001-01-01T00:00:00Z' } });
    await sweep();
    expect(await keysLeft()).toEqual(['exports/2026.csv']);
  });

  it('removes also when the log cannot be written, and says so', async () => {
    await keep(1, 91);
    const record = () => Promise.reject(new Error('no node'));
    expect(await sweep({ record })).toMatchObject({ deleted: 1 });
    expect(await keysLeft()).toEqual([]);
    expect(lines.join()).toContain('sweep_not_logged');
  });
});

describe('the cron trigger', () => {
  it('sweeps by the configured days, and has a node note it in the system’s name', async () => {
    const node = new StandInNode();
    standIn(node);
    node.respond = () => Response.json({ success: true, data: { recorded: 1 } });
    await keep(1, 6);
    const kept = await keep(2, 4);
    const controller = createScheduledController({ scheduledTime: new Date(NOW), cron: '17 3 * * *' });
    const ctx = createExecutionContext();
    const bindings = { ...env, NODE_URLS: node.url, IMAGE_RETENTION_DAYS: '5' };
    await worker.scheduled(controller, bindings);
    await waitOnExecutionContext(ctx);
    expect(await keysLeft()).toEqual([kept]);
    expect(node.received).toHaveLength(1);
    expect(node.received[0]).toMatchObject({
      target: IMAGE_SWEEP_TARGET,
      claims: { sub: SYSTEM.userId, shop_id: SYSTEM.shopId, scope: 'system' },
    });
    expect(lines.join()).toContain('"event":"originals_swept"');
    expect(lines.join()).toContain('"deleted":1');
  });
});
