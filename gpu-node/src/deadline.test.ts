import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { OcrError } from '@edge-ocr/shared/errors';
import { HEADER } from '@edge-ocr/shared/internal';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Deadline, requestDeadline } from './deadline.ts';

const LIMIT_MS = 60;
let app: FastifyInstance;
/** What the route saw, as soon as its signal aborted. */
let aborted: Promise<OcrError>;
let deadline: Deadline;
let started: Promise<void>;

beforeEach(() => {
  app = Fastify();
  let tellAborted: (reason: OcrError) => void;
  let tellStarted: () => void;
  aborted = new Promise((resolve) => {
    tellAborted = resolve;
  });
  started = new Promise((resolve) => {
    tellStarted = resolve;
  });
  app.get<{ Querystring: { limit: string } }>('/slow', async (request, reply) => {
    deadline = requestDeadline(request, reply, Number(request.query.limit));
    tellStarted();
    if (!deadline.signal.aborted) await once(deadline.signal, 'abort');
    tellAborted(deadline.signal.reason);
    return 'late';
  });
  app.get('/quick', async (request, reply) => {
    deadline = requestDeadline(request, reply, LIMIT_MS);
    deadline.clear();
    return 'quick';
  });
});
afterEach(() => app.close());

async function abortedAfter(limitMs: number, header?: string): Promise<{ reason: OcrError; milliseconds: number }> {
  const begun = performance.now();
  const headers = header === undefined ? {} : { [HEADER.deadline]: header };
  await app.inject({ url: `/slow?limit=${limitMs}`, headers });
  return { reason: await aborted, milliseconds: performance.now() - begun };
}

describe('requestDeadline', () => {
  test('without a caller’s deadline the node’s own limit holds', async () => {
    const { reason, milliseconds } = await abortedAfter(LIMIT_MS);
    expect(reason).toMatchObject({ name: 'OcrError', code: 'TIMEOUT' });
    expect(milliseconds).toBeGreaterThanOrEqual(LIMIT_MS - 5);
  });

  test('an earlier deadline of the caller holds', async () => {
    const { reason, milliseconds } = await abortedAfter(30_000, String(Date.now() + LIMIT_MS));
    expect(reason.code).toBe('TIMEOUT');
    expect(deadline.abandoned).toBe(false);
    expect(milliseconds).toBeLessThan(5000);
  });

  test('a later one does not extend the limit', async () => {
    const { milliseconds } = await abortedAfter(LIMIT_MS, String(Date.now() + 60_000));
    expect(milliseconds).toBeLessThan(5000);
  });

  test('one that has passed aborts at once', async () => {
    expect((await abortedAfter(30_000, String(Date.now() - 1000))).milliseconds).toBeLessThan(5000);
  });

  test.each(['soon', '-5', '0', 'Infinity', ''])('a deadline of "%s" is none', async (header) => {
    const { milliseconds } = await abortedAfter(LIMIT_MS, header);
    expect(milliseconds).toBeGreaterThanOrEqual(LIMIT_MS - 5);
  });

  test('a client that leaves ends its own work', async () => {
    await app.listen({ host: '127.0.0.1', port: 0 });
    const client = new AbortController();
    const { port } = app.server.address() as AddressInfo;
    const answer = fetch(`http://127.0.0.1:${port}/slow?limit=30000`, { signal: client.signal });
    answer.catch(() => undefined);
    await started;
    client.abort();
    expect(await aborted).toMatchObject({ code: 'TIMEOUT', message: 'The client has gone' });
    expect(deadline.abandoned).toBe(true);
    deadline.clear();
  });

  test('after clear neither the limit nor the end of the answer aborts', async () => {
    await app.inject({ url: '/quick' });
    await new Promise((resolve) => setTimeout(resolve, LIMIT_MS + 20));
    expect(deadline.signal.aborted).toBe(false);
  });
});
