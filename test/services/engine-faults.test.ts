/** Engines that fail, in a real node: what the client and its jobs see of it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type Config, parseConfig } from '@edge-ocr/gpu-node/config';
import { lineEngines } from '@edge-ocr/gpu-node/engines/choose-engines';
import type { LineEngine } from '@edge-ocr/gpu-node/engines/line-engine';
import { paddleEngine } from '@edge-ocr/gpu-node/engines/paddle-engine';
import { loadEngine } from '@edge-ocr/gpu-node/inference/engine';
import { type RunningNode, startNode } from '@edge-ocr/gpu-node/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, call, dataOf, PROCESS_PATH } from '../end-to-end/api-client.ts';
import { internalClaims, signToken } from '../end-to-end/internal-token.ts';
import { temporaryFolder } from '../end-to-end/stack.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';
import { ticket } from './steady-load.ts';

const REQUESTS = 500;
const AT_ONCE = 8;
const PATIENCE = { timeout: 60_000, interval: 200 };

type ReadLine = LineEngine['readLine'];
const databaseUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');

describe.skipIf(!databaseUrl)('engines that fail', () => {
  const secret = randomBytes(32).toString('base64url');
  const shop = randomUUID();
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  /** A node whose first engine reads as `primary` has it; Tesseract, the real one, comes next unless it is left out. */
  async function nodeWith(primary: (real: ReadLine) => ReadLine, environment: Record<string, string> = {}) {
    const database: ScratchDatabase = await createScratchDatabase(databaseUrl!);
    closers.push(() => database.drop());
    const dataDir = await temporaryFolder();
    closers.push(() => rm(dataDir, { recursive: true, force: true }));
    const config = parseConfig({
      INTERNAL_SECRET: secret,
      NODE_PORT: '0',
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      INFERENCE_WORKERS: '1',
      WORKER_THREADS: '2',
      DETECT_SIDE: '320',
      LOG_LEVEL: 'silent',
      SHUTDOWN_TIMEOUT_MS: '1000',
      DRAIN_NOTICE_MS: '0',
      PROCESSING_TIMEOUT_MS: '50000',
      ...environment,
    });
    const node = await startNode(config, (asked) => withPrimary(asked as Config, primary));
    closers.push(() => node.stop());
    return node;
  }

  async function withPrimary(config: Config, primary: (real: ReadLine) => ReadLine) {
    const engine = await loadEngine(config);
    const real = paddleEngine('pp-ocrv4-mobile-rec', engine);
    const broken: LineEngine = { ...real, readLine: primary(real.readLine) };
    const others = engine.lines.guarded.map((guarded) => guarded.engine).filter(({ name }) => name !== 'paddle');
    return { ...engine, lines: lineEngines([broken, ...others], config) };
  }

  async function ask(node: RunningNode, number: number, path = PROCESS_PATH): Promise<Answer> {
    const image = await ticket(number);
    const target = `${path}?type=receipt&extract_barcodes=false`;
    const claims = { ...internalClaims('POST', target, image), shop_id: shop };
    const headers = { authorization: `Bearer ${signToken(claims, secret)}`, 'content-type': 'image/png' };
    return await call(node.url + target, { method: 'POST', headers, body: new Uint8Array(image) });
  }

  /** @returns answers to so many different images, in their order. */
  async function askAll(node: RunningNode, count: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    let next = 0;
    const client = async () => {
      while (next < count) {
        const number = next++;
        answers[number] = await ask(node, number);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    return answers;
  }

  const resultOf = (answer: Answer) => dataOf(answer) as { text: string; model_used: string; warnings: string[] };

  it(`every third call fails: ${REQUESTS} requests all get 200 with their text, and it is told who read them`, async () => {
    let calls = 0;
    const node = await nodeWith((real) => (...line) => {
      if (++calls % 3 === 0) throw new Error('injected');
      return real(...line);
    });
    const answers = await askAll(node, REQUESTS);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const results = answers.map(resultOf);
    expect(results.filter(({ text }) => text === '')).toEqual([]);
    const right = results.filter(({ text }, i) => text.includes(String(10_000 + i)));
    expect(right.length).toBeGreaterThan(0.97 * REQUESTS);
    const fallen = results.filter(({ model_used }) => model_used === 'tesseract-5');
    expect(fallen.length).toBeGreaterThan(REQUESTS / 5);
    for (const { warnings } of fallen)
      expect(warnings).toEqual([expect.stringContaining('pp-ocrv4-mobile-rec failed')]);
    const metrics = await (await fetch(`${node.url}/metrics`)).text();
    expect(metrics).toMatch(/ocr_engine_failures_total\{engine="paddle",kind="error"\} \d\d/);
    expect(metrics).toMatch(/ocr_engine_breaker_state\{engine="paddle"\} 0/);
  }, 300_000);

  const FAULTS: [string, (real: ReadLine) => ReadLine][] = [
    ['throws', () => () => Promise.reject(new Error('injected'))],
    ['hangs', () => () => new Promise(() => undefined)],
    [
      'answers with garbage',
      (real) =>
        async (...line) => {
          const read = await real(...line);
          return read && { ...read, confidence: Number.NaN };
        },
    ],
  ];
  it.each(FAULTS)(
    'an engine that %s is passed over, and rests',
    async (_, primary) => {
      const node = await nodeWith(primary, { ENGINE_TIMEOUT_MS: '4000', ENGINE_BREAKER_FAILURES: '3' });
      const answers = await askAll(node, 24);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      for (const [i, { text, model_used }] of answers.map(resultOf).entries()) {
        expect(model_used).toBe('tesseract-5');
        expect(text).toContain(String(10_000 + i));
      }
      const metrics = await (await fetch(`${node.url}/metrics`)).text();
      expect(metrics).toMatch(/ocr_engine_breaker_state\{engine="paddle"\} [12]/);
    },
    120_000,
  );

  it('when all fail it is MODEL_ERROR with a suggestion, and a job is tried again until one answers', async () => {
    let isBroken = true;
    let failures = 0;
    const node = await nodeWith(
      (real) =>
        (...line) => {
          if (!isBroken) return real(...line);
          failures++;
          throw new Error('injected');
        },
      { ENGINES: 'paddle', JOB_POLL_MS: '200', ENGINE_BREAKER_REST_MS: '200' },
    );
    const refused = await ask(node, 1);
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'MODEL_ERROR' } } });
    expect(refused.body).toMatchObject({ error: { details: { retryable: true, suggestion: expect.any(String) } } });
    const before = failures;
    const { job_id } = dataOf(await ask(node, 2, `${PROCESS_PATH}/async`)) as { job_id: string };
    const job = async () => {
      const target = `/api/v1/ocr/jobs/${job_id}`;
      const claims = { ...internalClaims('GET', target, new Uint8Array()), shop_id: shop };
      const answer = await call(node.url + target, {
        headers: { authorization: `Bearer ${signToken(claims, secret)}` },
      });
      return dataOf(answer) as { status: string; result?: { text: string } };
    };
    await vi.waitFor(() => expect(failures).toBeGreaterThan(before), PATIENCE);
    isBroken = false;
    await vi.waitFor(async () => expect(await job()).toMatchObject({ status: 'completed' }), PATIENCE);
    expect((await job()).result!.text).toContain('10002');
  }, 120_000);
});
