import { env, withEnv } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { postImage, send } from '../testing/client.ts';
import { StandInNode, standIn } from '../testing/stand-in-node.ts';

/** Reaches what the stand-ins answer, and remembers what it was asked for. */
function network() {
  const asked: string[] = [];
  const fetcher = {
    fetch: (url: string, init: RequestInit) => {
      asked.push(url);
      return fetch(url, init);
    },
  };
  return { asked, fetcher };
}

it('nodes are asked through the private network that the Worker is bound to', async () => {
  vi.restoreAllMocks();
  const node = new StandInNode();
  standIn(node);
  const { asked, fetcher } = network();
  const request = await postImage();
  const statusOf = async () => (await send(request, { vars: { NODE_URLS: node.url } })).status;
  expect(await withEnv({ ...env, NODE_NETWORK: fetcher }, statusOf)).toBe(200);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((url) => url.startsWith(node.url))).toBe(true);
  expect(node.received.length).toBe(asked.filter((url) => url.includes('/api/')).length);
});

it('without one they are asked over the internet', async () => {
  vi.restoreAllMocks();
  const node = new StandInNode();
  standIn(node);
  expect((await send(await postImage(), { vars: { NODE_URLS: node.url } })).status).toBe(200);
  expect(node.received.length).toBeGreaterThan(0);
});
