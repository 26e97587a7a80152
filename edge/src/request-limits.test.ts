import { beforeEach, describe, expect, it } from 'vitest';
import { accessToken, errorOf, get, postImage, send } from './testing/client.ts';
import { freshNode, type StandInNode } from './testing/stand-in-node.ts';

let node: StandInNode;
beforeEach(() => {
  node = freshNode();
});

async function refused(request: Request): Promise<void> {
  const response = await send(request, { node });
  const error = await errorOf(response);
  expect([error.status, error.code]).toEqual([400, 'INVALID_REQUEST']);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(node.received).toHaveLength(0);
}

describe('an oversized request', () => {
  it('by its address is refused', async () => {
    await refused(get(`/api/v1/ocr/results?query=${'x'.repeat(9000)}`, await accessToken()));
  });

  it('by the number of its headers is refused', async () => {
    const headers = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`x-header-${i}`, '1']));
    await refused(await postImage({ headers }));
  });

  it('by the size of its headers is refused, whoever sends it', async () => {
    await refused(get('/api/v1/health', undefined, { cookie: 'x'.repeat(20_000) }));
  });

  it('is one beyond what a browser behind proxies sends', async () => {
    const headers = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x-header-${i}`, 'x'.repeat(100)]));
    expect((await send(await postImage({ headers }), { node })).status).toBe(200);
  });
});

describe('what a client sends', () => {
  const markup = '<script>alert(1)</script>';

  it.each([
    [`/api/v1/ocr/results?${encodeURIComponent(markup)}=1`],
    [`/api/v1/ocr/results?type=${encodeURIComponent(markup)}`],
    [`/api/v1/ocr/results/${encodeURIComponent(markup)}`],
    [`/api/v1/${encodeURIComponent(markup)}`],
    [`/api/v1/ocr/results/by-hash/${'ab'.repeat(32)}?type=${encodeURIComponent(markup)}`],
  ])('is not sent back in an error: %s', async (path) => {
    const response = await send(get(path, await accessToken(), { 'X-Request-Id': markup }), { node });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect((await response.text()) + JSON.stringify([...response.headers])).not.toMatch(/<script|alert\(1\)/);
  });
});
