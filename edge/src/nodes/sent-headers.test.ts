import { beforeEach, expect, it } from 'vitest';
import { accessToken, postImage, SHOP, send } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';

let node: StandInNode;
beforeEach(() => {
  node = freshNode();
});

it('no header of a client reaches a node but its trace and a sane request id', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = {
    'X-Deadline': '9999999999999',
    'X-Model-Version': 'mine',
    'X-Shop-Id': crypto.randomUUID(),
    'X-Forwarded-For': '10.0.0.1',
    'X-Original-Url': '/api/v1/metrics',
    'X-Http-Method-Override': 'DELETE',
    Connection: 'X-Request-Id',
    Cookie: 'session=1',
    traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    'X-Request-Id': 'client-request-1',
  };
  const token = await accessToken({ shop: SHOP });
  await send(await postImage({ token, headers }), { node });
  const [received] = node.received;
  const names = [...received!.headers.keys()].filter((name) => name !== 'content-length').sort();
  expect(names).toEqual(['authorization', 'content-type', 'prefer', 'traceparent', 'x-deadline', 'x-request-id']);
  expect(received!.headers.get('authorization')).not.toContain(token);
  expect(Number(received!.headers.get('x-deadline'))).toBeLessThan(Date.now() + 60_000);
  expect(received!.headers.get('x-request-id')).toBe('client-request-1');
  expect(received!.headers.get('traceparent')).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)`));
  expect(received!.claims.shop_id).toBe(SHOP);
});
