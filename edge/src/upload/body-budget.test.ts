import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessToken, errorOf, jpeg, postImage, send } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';
import { BodyBudget } from './body-budget.ts';

describe('a budget', () => {
  it('is never exceeded, and has room again when something is given back, once', () => {
    const budget = new BodyBudget();
    const until = Date.now() + 10_000;
    const { release } = budget.reserve(60, 100, until)!;
    expect(budget.reserve(41, 100, until)).toBeNull();
    expect(budget.reserve(40, 100, until)).not.toBeNull();
    release();
    release();
    expect(budget.reserve(61, 100, until)).toBeNull();
    expect(budget.reserve(60, 100, until)).not.toBeNull();
  });

  it('gives back what turned out not to be needed', () => {
    const budget = new BodyBudget();
    const until = Date.now() + 10_000;
    const reservation = budget.reserve(100, 100, until)!;
    reservation.shrinkTo(10);
    reservation.shrinkTo(50);
    expect(budget.reserve(91, 100, until)).toBeNull();
    expect(budget.reserve(90, 100, until)).not.toBeNull();
    reservation.release();
    reservation.shrinkTo(0);
    expect(budget.reserve(11, 100, until)).toBeNull();
    expect(budget.reserve(10, 100, until)).not.toBeNull();
  });

  it('forgets what a lost request held', () => {
    const budget = new BodyBudget();
    budget.reserve(100, 100, Date.now() - 1);
    expect(budget.reserve(100, 100, Date.now() + 10_000)).not.toBeNull();
  });
});

describe('uploads beyond the budget', () => {
  const size = 1024 * 1024;
  let node: StandInNode;
  beforeEach(() => {
    node = freshNode();
  });

  const post = async (token: string, image: BodyInit = jpeg(size)) =>
    await send(await postImage({ token, image }), {
      bindings: {
        ...env,
        NODE_URLS: node.url,
        MAX_BODY_BYTES_IN_FLIGHT: `${3.5 * size}`,
        MAX_IMAGE_BYTES: `${2 * size}`,
      },
    });

  it('are told to come back, without cost to a quota or a node, and fit later', async () => {
    node.respond = async (received) => {
      await scheduler.wait(300);
      return node.result(received.body);
    };
    const token = await accessToken();
    const responses = await Promise.all(Array.from({ length: 10 }, () => post(token)));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(3);
    for (const refused of responses.filter(({ status }) => status !== 200)) {
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(refused.headers.has('ratelimit')).toBe(false);
      expect((await errorOf(refused)).code).toBe('OVERLOADED');
    }
    const later = await post(token);
    expect(later.status).toBe(200);
    expect(later.headers.get('ratelimit')).toContain('"quota";r=9996');
  });

  it('count as the largest that is allowed while they do not say how long they are, and then as what they were', async () => {
    const token = await accessToken();
    const slowly = (milliseconds: number) =>
      new ReadableStream<Uint8Array>({
        async start(controller) {
          await scheduler.wait(milliseconds);
          controller.enqueue(jpeg());
          controller.close();
        },
      });
    const together = await Promise.all(Array.from({ length: 4 }, () => post(token, slowly(200))));
    expect(together.filter(({ status }) => status === 200)).toHaveLength(1);
    node.respond = async (received) => {
      await scheduler.wait(1000);
      return node.result(received.body);
    };
    const oneByOne: Promise<Response>[] = [];
    for (let i = 0; i < 4; i++) {
      oneByOne.push(post(token, slowly(0)));
      await scheduler.wait(100);
    }
    for (const response of await Promise.all(oneByOne)) expect(response.status).toBe(200);
  });

  it('give their room back when they fail', async () => {
    const token = await accessToken();
    const broken = async () => {
      return await send(await postImage({ token, image: new Uint8Array(size) }), {
        node,
        vars: { MAX_BODY_BYTES_IN_FLIGHT: `${size}` },
      });
    };
    for (let i = 0; i < 5; i++) expect((await broken()).status).toBe(415);
  });
});
