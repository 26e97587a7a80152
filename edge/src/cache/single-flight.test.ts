import { resultAnswer } from '@edge-ocr/shared/cache/answer';
import { OcrError } from '@edge-ocr/shared/errors';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { accessToken, dataOf, errorOf, jpeg, postImage, send } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';
import { fly } from './single-flight.ts';

let node: StandInNode;
beforeEach(() => {
  node = freshNode();
});

/** The same image of the same shop, so often at once, each in a request of its own. */
async function postTogether(count: number, image = jpeg(), vars: Record<string, unknown> = {}): Promise<Response[]> {
  const token = await accessToken();
  return await Promise.all(
    Array.from({ length: count }, async () =>
      send(await postImage({ token, image }), { node, vars: { LIMIT_USER_PER_MINUTE: '1000', ...vars } }),
    ),
  );
}

const slowly = (milliseconds: number) => async (received: { body: Uint8Array }) => {
  await scheduler.wait(milliseconds);
  return node.result(received.body);
};

describe('concurrent posts of one new image', () => {
  it('reach a node once, and every client gets the answer', async () => {
    node.respond = slowly(300);
    const answers = await Promise.all((await postTogether(100)).map(dataOf));
    expect(node.received).toHaveLength(1);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ cache }) => cache === 'miss')).toHaveLength(1);
  });

  it('reach a node once when it answers at once', async () => {
    await Promise.all((await postTogether(100)).map(dataOf));
    expect(node.received).toHaveLength(1);
  });

  it('share a failure that would repeat, each with its own request id', async () => {
    node.respond = async () => {
      await scheduler.wait(100);
      return node.failure(new OcrError('LOW_QUALITY'));
    };
    const errors = await Promise.all((await postTogether(20)).map(errorOf));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['LOW_QUALITY']));
    expect(new Set(errors.map(({ details }) => details.request_id)).size).toBe(20);
    expect(node.received).toHaveLength(1);
  });

  it('do not share a failure that need not repeat: the next tries', async () => {
    node.respond = async (received) => {
      await scheduler.wait(50);
      return node.received.length === 1 ? node.failure(new OcrError('MODEL_ERROR')) : node.result(received.body);
    };
    const answers = await postTogether(20);
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(node.received).toHaveLength(2);
  });

  it('do not stampede a node that fails every time', async () => {
    node.respond = () => node.failure(new OcrError('MODEL_ERROR'));
    const answers = await postTogether(100);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(node.received.length).toBeLessThanOrEqual(10);
    const surplus = await Promise.all(answers.map(errorOf));
    expect(surplus.filter(({ code }) => code === 'OVERLOADED').length).toBeGreaterThan(80);
  });

  it('of other options are other images', async () => {
    node.respond = slowly(100);
    const [token, image] = [await accessToken(), jpeg()];
    await Promise.all(
      ['?type=receipt', '?type=product', '?type=receipt&language=en'].map(async (query) =>
        dataOf(await send(await postImage({ token, image, query }), { node })),
      ),
    );
    expect(node.received).toHaveLength(2);
  });

  it('end at their own deadline', async () => {
    node.state = 'hung';
    const start = Date.now();
    const answers = await postTogether(10, jpeg(), { REQUEST_DEADLINE_MS: '600' });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([408]));
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});

describe('a leader', () => {
  const context = () => ({ deadline: Date.now() + 60_000, waitUntil: () => {} });
  const answer = resultAnswer({ text: 'TOTAL' });

  it('that falls silent is given up, and one follower takes its place', async () => {
    // Its request was cancelled: neither its work nor its heartbeat goes on.
    vi.spyOn(globalThis, 'setInterval').mockReturnValue(0 as never);
    void fly('silent', context(), () => new Promise(() => {}));
    const later = Date.now() + 6000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    let leaders = 0;
    const flown = await Promise.all(
      Array.from({ length: 10 }, () =>
        fly('silent', context(), async () => {
          leaders++;
          await scheduler.wait(50);
          return answer;
        }),
      ),
    );
    expect(leaders).toBe(1);
    expect(flown.map((one) => one.answer)).toEqual(Array(10).fill(answer));
  });

  it('that is still at work is waited for', async () => {
    const leading = fly('busy', context(), async () => {
      await scheduler.wait(700);
      return answer;
    });
    expect(await fly('busy', context(), () => Promise.reject(new Error('not asked')))).toEqual({
      answer,
      followed: true,
    });
    expect((await leading).followed).toBe(false);
  });
});
