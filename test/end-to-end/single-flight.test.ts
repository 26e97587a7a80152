import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient, dataOf, errorOf, PROCESS_PATH } from './api-client.ts';
import { type EdgeAlone, startEdgeAlone } from './edge-alone.ts';
import { type StandInNode, startStandInNode } from './stand-in-node.ts';

let node: StandInNode;
let edge: EdgeAlone;
let token: string;

beforeAll(async () => {
  node = await startStandInNode();
  edge = await startEdgeAlone({ nodeUrl: node.url, vars: { LIMIT_USER_PER_MINUTE: '100000' } });
});
afterAll(async () => {
  await edge?.stop();
  await node?.stop();
});
beforeEach(async () => {
  token = await edge.token();
  Object.assign(node, { delayMs: 400, status: 200 });
});

const newImage = () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(20_000)]);

/** In workerd every one of them has a context of its own, which no test inside the Worker has. */
describe('concurrent posts of one new image', () => {
  it('reach a node once, 100 of them', async () => {
    const [client, image, before] = [new ApiClient(edge.url, token), newImage(), node.received.length];
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.postFile(image)));
    const ids = answers.map((answer) => dataOf(answer).id);
    expect(new Set(ids).size).toBe(1);
    expect(node.received).toHaveLength(before + 1);
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(100);
  });

  it('are not left hanging by one whose client leaves', async () => {
    const [client, image, before] = [new ApiClient(edge.url, token), newImage(), node.received.length];
    node.delayMs = 1500;
    const leaving = new AbortController();
    const leader = fetch(edge.url + PROCESS_PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg' },
      body: new Uint8Array(image),
      signal: leaving.signal,
    }).catch((error: Error) => error.name);
    await expect.poll(() => node.received.length).toBe(before + 1);
    const followers = Array.from({ length: 10 }, () => client.postFile(image));
    await sleep(500);
    leaving.abort();
    expect(await leader).toBe('AbortError');
    for (const answer of await Promise.all(followers)) dataOf(answer);
    expect(node.received).toHaveLength(before + 1);
  });

  it('try one after the other when the first fails, and not for ever', async () => {
    const [client, image, before] = [new ApiClient(edge.url, token), newImage(), node.received.length];
    Object.assign(node, { delayMs: 200, status: 503 });
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.postFile(image)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    const tried = node.received.length - before;
    expect(tried).toBeGreaterThan(1);
    expect(tried).toBeLessThan(10);
    const codes = answers.map((answer) => errorOf(answer).code);
    expect(codes.filter((code) => code === 'MODEL_ERROR')).toHaveLength(tried);
    expect(codes.filter((code) => code === 'OVERLOADED')).toHaveLength(40 - tried);
  });
});
