import { OcrError } from '@edge-ocr/shared/errors';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { dataOf, errorOf, jpeg, postImage, send } from '../testing/client.ts';
import { StandInNode, standIn } from '../testing/stand-in-node.ts';
import { callNode } from './call-node.ts';
import type { PoolConfig } from './registry.ts';

let nodes: [StandInNode, StandInNode, StandInNode];
let lines: string[];
beforeEach(() => {
  vi.restoreAllMocks();
  lines = captureLog();
  nodes = [new StandInNode(), new StandInNode(), new StandInNode()];
  standIn(...nodes);
});

const vars = (...of: StandInNode[]) => ({ NODE_URLS: of.map(({ url }) => url).join(',') });
const received = () => nodes.map((node) => node.received.length);
const total = () => received().reduce((a, b) => a + b);

/** All refuse in the way given, but for those named. */
function refuse(how: (node: StandInNode) => Response, ...of: StandInNode[]): void {
  for (const node of of) node.respond = () => how(node);
}
const overloaded = (node: StandInNode) => node.failure(new OcrError('OVERLOADED'), { 'Retry-After': '2' });
const draining = (node: StandInNode) => node.failure(new OcrError('OVERLOADED'), { 'X-Draining': 'true' });
const broken = (node: StandInNode) => node.failure(new OcrError('MODEL_ERROR'));
const gateway = (status: number) => () => new Response('<html>', { status });

describe('a second node is asked', () => {
  const refusals: [string, (node: StandInNode) => Response][] = [
    ['is busy', overloaded],
    ['is draining', draining],
    ['has a broken model', broken],
    ['does not believe the edge', (node) => node.failure(new OcrError('UNAUTHORIZED'))],
    ['is behind a gateway that has no answer from it', gateway(502)],
    ['is behind a gateway that it refuses', gateway(521)],
    ['is behind a gateway that cannot connect to it', gateway(522)],
    ['is behind a gateway that has no route to it', gateway(523)],
    ['is behind a gateway that does not know it', gateway(530)],
  ];
  it.each(refusals)('when the first %s', async (_, how) => {
    refuse(how, nodes[0]);
    for (let i = 0; i < 4; i++) {
      expect((await send(await postImage(), { vars: vars(nodes[0], nodes[1]) })).status).toBe(200);
    }
    expect(nodes[1].received).toHaveLength(4);
  });

  it('when the connection to the first breaks after it had the image, for the result under the same id', async () => {
    nodes[0].respond = () => {
      throw new TypeError('Network connection lost.');
    };
    while (nodes[0].received.length === 0) await send(await postImage(), { vars: vars(nodes[0], nodes[1]) });
    const { claims } = nodes[0].received[0]!;
    const again = nodes[1].received.find((other) => other.claims.request_id === claims.request_id);
    expect(again?.claims).toMatchObject({ job_id: claims.job_id, body_sha256: claims.body_sha256 });
    expect(lines.join()).toContain('node_retried');
  });

  it('when the answer of the first breaks off', async () => {
    nodes[0].respond = () => {
      const parts = ['{"success":', null];
      const body = new ReadableStream({
        pull(controller) {
          const part = parts.shift();
          if (part) controller.enqueue(new TextEncoder().encode(part));
          else controller.error(new Error('Network connection lost.'));
        },
      });
      return new Response(body, { status: 200 });
    };
    for (let i = 0; i < 4; i++) {
      const answer = await send(await postImage(), { vars: vars(nodes[0], nodes[1]) });
      expect((await dataOf(answer)).text).toBe('64 bytes');
    }
  });

  it('with a deadline that is the same', async () => {
    refuse(overloaded, nodes[0]);
    while (nodes[0].received.length === 0) await send(await postImage(), { vars: vars(nodes[0], nodes[1]) });
    const [first] = nodes[0].received;
    const again = nodes[1].received.find(({ claims }) => claims.request_id === first!.claims.request_id);
    expect(again?.headers.get('x-deadline')).toBe(first!.headers.get('x-deadline'));
  });
});

describe('no third node is asked', () => {
  it.each([
    ['busy', overloaded, 'OVERLOADED'],
    ['draining', draining, 'OVERLOADED'],
    ['broken', broken, 'MODEL_ERROR'],
  ] as const)('when two are %s: the client hears what they said', async (_, how, code) => {
    refuse(how, ...nodes);
    // Without a job in its place.
    const asked = await postImage({ headers: { Prefer: 'wait' } });
    const error = await errorOf(await send(asked, { vars: vars(...nodes) }));
    expect([error.status, error.code]).toEqual([503, code]);
    expect(total()).toBe(2);
  });

  it('and what a node said counts for more than that the other was not reached', async () => {
    refuse(overloaded, nodes[0]);
    nodes[1].state = 'down';
    for (let i = 0; i < 4; i++) {
      const answer = await send(await postImage(), { vars: vars(nodes[0], nodes[1]) });
      expect((await errorOf(answer)).code).toBe('OVERLOADED');
      expect(answer.headers.get('retry-after')).toBe('2');
    }
  });
});

describe('only one node is asked', () => {
  it.each(['INVALID_IMAGE', 'LOW_QUALITY', 'TIMEOUT', 'INTERNAL'] as const)('when it answers %s', async (code) => {
    refuse((node) => node.failure(new OcrError(code)), ...nodes);
    expect((await errorOf(await send(await postImage(), { vars: vars(...nodes) }))).code).toBe(code);
    expect(total()).toBe(1);
  });

  it('when the connection breaks under what must not be done twice', async () => {
    for (const node of nodes) node.state = 'down';
    const asked = vi.mocked(globalThis.fetch);
    const call = { method: 'POST', target: '/x', headers: {}, deadline: Date.now() + 5000 } as const;
    await expect(callNode(config(), { ...call, idempotent: false })).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(asked).toHaveBeenCalledTimes(1);
    await expect(callNode(config(), { ...call, idempotent: true })).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it('when the time is over', async () => {
    nodes[0].state = nodes[1].state = 'hung';
    await send(await postImage(), { vars: vars(nodes[2]) });
    const deadline = { REQUEST_DEADLINE_MS: '150' };
    const error = await errorOf(await send(await postImage(), { vars: { ...vars(nodes[0], nodes[1]), ...deadline } }));
    expect(error.code).toBe('TIMEOUT');
    expect(lines.join()).not.toContain('node_retried');
  });
});

describe('a deadline that passes', () => {
  it.each([
    [4000, true],
    [200, false],
  ])('after the node had %i ms is its failure: %s', async (milliseconds, isFailure) => {
    const [hung] = nodes;
    await send(await postImage(), { vars: vars(hung) });
    hung.state = 'hung';
    const pool = { ...vars(hung), NODE_FAILURES_ALLOWED: '1', REQUEST_DEADLINE_MS: String(milliseconds) };
    expect((await errorOf(await send(await postImage(), { vars: pool }))).code).toBe('TIMEOUT');
    expect(lines.join().includes('node_set_aside')).toBe(isFailure);
  });
});

describe('a node that fails again and again', () => {
  it('is set aside, looked after, and asked again when it is back', async () => {
    const [away, other] = nodes;
    away.state = 'down';
    const pool = { ...vars(away, other), NODE_FAILURES_ALLOWED: '2', NODE_REST_MS: '60000' };
    while (!lines.join().includes('node_set_aside'))
      expect((await send(await postImage(), { vars: pool })).status).toBe(200);
    const asked = vi.mocked(globalThis.fetch);
    const askedAway = () => asked.mock.calls.filter(([input]) => String(input).startsWith(away.url)).length;
    const before = askedAway();
    for (let i = 0; i < 10; i++) await send(await postImage(), { vars: pool });
    expect(askedAway()).toBe(before);

    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
    await send(await postImage(), { vars: pool });
    await vi.waitFor(() => expect(lines.join()).toContain('node_still_away'));
    expect(askedAway()).toBe(before + 1);

    away.state = 'up';
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 121_000);
    await send(await postImage(), { vars: pool });
    await vi.waitFor(() => expect(lines.join()).toContain('node_back'));
    for (let i = 0; i < 20; i++) await send(await postImage(), { vars: pool });
    expect(away.received.length).toBeGreaterThan(0);
  });

  it('is asked all the same when there is no other', async () => {
    const [only] = nodes;
    only.state = 'down';
    const pool = { ...vars(only), NODE_FAILURES_ALLOWED: '1', NODE_REST_MS: '60000' };
    await send(await postImage(), { vars: pool });
    only.state = 'up';
    expect((await send(await postImage(), { vars: pool })).status).toBe(200);
  });
});

describe('hedging', () => {
  const SIZE = 5000;

  /** Slow for one request, once the others have told what is usual. */
  async function hedgedOnce(size: number) {
    const pool = { ...vars(nodes[0], nodes[1]), HEDGE_MAX_IMAGE_BYTES: String(SIZE), HEDGE_MIN_DELAY_MS: '20' };
    for (let i = 0; i < 25; i++) await send(await postImage({ image: jpeg(100) }), { vars: pool });
    const cancelled: string[] = [];
    let slow: StandInNode | undefined;
    for (const node of [nodes[0], nodes[1]]) {
      const handle = node.handle.bind(node);
      node.handle = async (request) => {
        if (slow && slow !== node) return await handle(request);
        slow = node;
        return await new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => {
            cancelled.push(node.url);
            reject(request.signal.reason);
          });
        });
      };
    }
    const deadline = { REQUEST_DEADLINE_MS: '1500' };
    const answer = await send(await postImage({ image: jpeg(size) }), { vars: { ...pool, ...deadline } });
    return { answer, cancelled, slow: slow! };
  }

  it('asks a second node for a small image that takes unusually long, and calls the first off', async () => {
    const { answer, cancelled, slow } = await hedgedOnce(200);
    expect(answer.status).toBe(200);
    expect(cancelled).toEqual([slow.url]);
    expect(lines.join()).toContain('node_hedged');
    expect(lines.join()).not.toContain('node_set_aside');
  });

  it('waits for the first when there is no second', async () => {
    const [only] = nodes;
    const pool = { ...vars(only), HEDGE_MAX_IMAGE_BYTES: String(SIZE), HEDGE_MIN_DELAY_MS: '5' };
    for (let i = 0; i < 25; i++) await send(await postImage({ image: jpeg(100) }), { vars: pool });
    only.respond = async ({ body }) => {
      await scheduler.wait(100);
      return only.result(body);
    };
    expect((await send(await postImage({ image: jpeg(200) }), { vars: pool })).status).toBe(200);
  });

  it('leaves larger ones alone', async () => {
    const { answer } = await hedgedOnce(SIZE + 1);
    expect((await errorOf(answer)).code).toBe('TIMEOUT');
    expect(lines.join()).not.toContain('node_hedged');
  });
});

function config(): PoolConfig {
  return {
    nodeUrls: nodes.map(({ url }) => url),
    redis: null,
    internalKeys: [new Uint8Array(32)],
    pool: { refreshMs: 1, failuresAllowed: 3, restMs: 1, restMaxMs: 1, hedgeMaxImageBytes: 0, hedgeMinDelayMs: 1 },
  };
}
