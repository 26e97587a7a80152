import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEngineConfig } from '@edge-ocr/gpu-node/config';
import { processDocument } from '@edge-ocr/gpu-node/process-document';
import { afterEach, describe, expect, it } from 'vitest';
import { pick, seededRandom } from '../seeded-random.ts';
import { arrivalTimes } from './arrivals.ts';
import { findKnee } from './knee.ts';
import { createMix, DEFAULT_SHARES, parseShares } from './mix.ts';
import { type LoadRequest, runOpenLoop } from './open-loop.ts';
import { errorsByCode, figuresByKind } from './summary.ts';
import { createTimedEngine } from './timed-engine.ts';

const SHOP = '00000000-0000-4000-8000-000000000007';
const mixOf = (seed: number) =>
  createMix({
    origins: ['http://a', 'http://b'],
    clients: [{ shopId: SHOP, authorize: () => 'Bearer t' }],
    shares: DEFAULT_SHARES,
    seed,
  });

describe('arrivals', () => {
  it('come as often as asked, in order, and again the same for the same seed', () => {
    const options = { perSecond: 50, seconds: 100, pattern: 'poisson' as const };
    const times = arrivalTimes({ ...options, random: seededRandom(3) });
    expect(times.length).toBeGreaterThan(4700);
    expect(times.length).toBeLessThan(5300);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(arrivalTimes({ ...options, random: seededRandom(3) })).toEqual(times);
    // Of independent arrivals the gaps spread as widely as their mean.
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    const variance = gaps.reduce((sum, gap) => sum + (gap - 20) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance)).toBeGreaterThan(17);
  });

  it('come at equal distances when constant', () => {
    const times = arrivalTimes({ perSecond: 4, seconds: 1.1, pattern: 'constant', random: seededRandom(1) });
    expect(times).toEqual([250, 500, 750, 1000]);
  });
});

describe('the mix', () => {
  it('has the shares that were asked for, and is the same for the same seed', async () => {
    const [first, second] = await Promise.all([mixOf(5), mixOf(5)]);
    const drawn = Array.from({ length: 2000 }, () => first.next());
    const share = (kind: string) => drawn.filter((request) => request.kind === kind).length / drawn.length;
    for (const [kind, wanted] of Object.entries(DEFAULT_SHARES)) expect(share(kind)).toBeCloseTo(wanted, 1);
    expect(drawn.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => second.next()));
    const fresh = drawn.filter(({ kind }) => kind === 'receipt' || kind === 'product');
    expect(new Set(fresh.map(({ sha256 }) => sha256)).size).toBe(fresh.length);
    const known = new Set(first.warmUp.map(({ sha256 }) => sha256));
    expect(drawn.filter(({ kind }) => kind === 'repeat').every(({ sha256 }) => known.has(sha256))).toBe(true);
  });

  it('takes shares as text, and refuses what says nothing', () => {
    expect(parseShares('repeat=1,bad=0.5')).toEqual({ repeat: 1, receipt: 0, product: 0, bad: 0.5 });
    for (const text of ['', 'cats=1', 'bad=x', 'bad=0']) expect(() => parseShares(text)).toThrow();
    expect(pick({ a: 0, b: 2 }, () => 0.999)).toBe('b');
  });
});

describe('the open loop', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const serve = async (delayMs: (index: number) => number) => {
    let count = 0;
    server = createServer(async (_, response) => {
      await sleep(delayMs(count++));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"success":true,"data":{"id":"x"}}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };
  const get = (url: string): LoadRequest => ({ kind: 'get', method: 'GET', url, headers: {}, expected: [200] });

  it('charges a stall to everybody who arrived meanwhile', async () => {
    const url = await serve((index) => (index === 0 ? 600 : 0));
    // One socket: all behind the first wait for it, as they would before a server that serves nobody.
    const run = await runOpenLoop({
      arrivals: [0, 100, 200, 300],
      requestOf: () => get(url),
      maxSockets: 1,
      timeoutMs: 10_000,
    });
    const least = [590, 490, 390, 290];
    for (const [i, sample] of run.samples.entries()) expect(sample.latencyMs).toBeGreaterThan(least[i]!);
    expect(run.samples.map(({ id, error }) => [id, error])).toEqual(run.samples.map(() => ['x', null]));
  });

  it('sends on time however long answers take, and gives up those that take too long', async () => {
    const url = await serve(() => 5000);
    const run = await runOpenLoop({
      arrivals: [0, 50, 100],
      requestOf: () => get(url),
      maxSockets: 8,
      timeoutMs: 400,
    });
    expect(errorsByCode(run.samples)).toEqual({ 'no answer in time': 3 });
    expect(figuresByKind(run.samples).at(-1)).toMatchObject({ kind: 'all', requests: 3, errors: 3 });
  });
});

it('the knee is found between what holds and what does not', async () => {
  const search = { from: 10, factor: 1.25, precision: 1.05, limit: 1000 };
  const tried: number[] = [];
  const knee = await findKnee({
    ...search,
    async holds(rate) {
      tried.push(rate);
      return rate <= 33;
    },
  });
  expect(knee.perSecond).toBeLessThanOrEqual(33);
  expect(knee.perSecond).toBeGreaterThan(33 / 1.05);
  expect(tried.length).toBeLessThan(12);
  expect(await findKnee({ ...search, holds: async () => false })).toEqual({ perSecond: 0, isLimit: false });
  expect(await findKnee({ ...search, limit: 30, holds: async () => true })).toEqual({ perSecond: 30, isLimit: true });
  expect((await findKnee({ ...search, holds: async (rate) => rate <= 4 })).perSecond).toBeGreaterThan(3.7);
});

it('the timed engine takes its time once an image, and reads a page that passes the whole pipeline', async () => {
  const config = parseEngineConfig({});
  const engine = createTimedEngine(config, { serviceMs: 150, slots: 1 });
  const { image } = await readOne();
  const options = { type: 'receipt', confidence_threshold: 0.8, extract_barcodes: true, language: 'en' } as const;
  const request = { bytes: image, options, signal: AbortSignal.timeout(20_000) };
  const started = performance.now();
  const results = await Promise.all([processDocument(request, engine), processDocument(request, engine)]);
  expect(performance.now() - started).toBeGreaterThan(290);
  for (const result of results) {
    expect(result.lines).toHaveLength(12);
  }
  await expect(processDocument({ ...request, bytes: image.subarray(0, 60) }, engine)).rejects.toMatchObject({
    code: 'INVALID_IMAGE',
  });
  await engine.close();
});

async function readOne(): Promise<{ image: Buffer }> {
  const mix = await mixOf(1);
  return { image: Buffer.from(mix.warmUp[0]!.body!) };
}
