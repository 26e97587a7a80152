import { expect, it, vi } from 'vitest';
import { sha256Hex } from '../digest.ts';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, get, postImage, send } from '../testing/client.ts';
import { photo } from '../testing/photo.ts';
import { StandInNode, standIn } from '../testing/stand-in-node.ts';

// In a file of its own: the budget is the isolate's, and answers that other tests leave unread are in it.
it('finds no room when too much is in flight, and room again once others have been sent or given up', async () => {
  vi.restoreAllMocks();
  captureLog();
  const node = new StandInNode();
  standIn(node);
  const image = photo('', 4096);
  const path = `/api/v1/images/${await sha256Hex(image)}`;
  const token = await accessToken();
  await send(await postImage({ token, image }), { node });
  node.respond = () => Response.json({ success: true, data: { recorded: 1 } });

  // Two copies of one image while it is cleaned, and one of another until it is sent.
  const vars = { MAX_BODY_BYTES_IN_FLIGHT: String(3 * image.byteLength) };
  const request = async () => await send(get(path, token), { node, vars });
  const [first, second, third] = [await request(), await request(), await request()];
  expect([first.status, second.status, third.status]).toEqual([200, 200, 503]);
  expect(third.headers.get('retry-after')).toBe('1');
  await first.arrayBuffer();
  const fourth = await request();
  expect(fourth.status).toBe(200);
  await second.body?.cancel();
  await fourth.body?.cancel();
  for (let i = 0; i < 5; i++) {
    const again = await request();
    expect(again.status).toBe(200);
    await again.arrayBuffer();
  }
});
