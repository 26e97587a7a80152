import { env } from 'cloudflare:workers';
import { ROUTES } from '@edge-ocr/shared/routes';
import { beforeEach, describe, expect, it } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, errorOf, get, ORIGIN, postImage, send, type TokenParts } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';

let node: StandInNode;
beforeEach(() => {
  node = freshNode();
});

const now = () => Math.floor(Date.now() / 1000);

/** header.payload.signature with parts of our choice. */
function forged(header: object, payload: object): string {
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '');
  return `${part(header)}.${part(payload)}.`;
}

describe('an access token', () => {
  it.each<[string, TokenParts, string]>([
    ['signed with another secret', { secret: 'another secret of more than 32 bytes' }, 'not valid'],
    ['of another issuer', { issuer: 'somebody' }, 'not valid'],
    ['for another audience', { audience: 'something' }, 'not valid'],
    ['expired', { expires: now() - 60 }, 'expired'],
    ['without expiry', { expires: null }, 'not valid'],
    ['without a shop', { claims: { shop_id: undefined } }, 'lacks'],
    ['whose shop is a path', { claims: { shop_id: '../other' } }, 'lacks'],
    ['whose scope is a list', { claims: { scope: ['ocr:write'] } }, 'lacks'],
    ['over 4 KiB', { claims: { padding: 'x'.repeat(4096) } }, 'too long'],
    ['not valid yet', { claims: { nbf: now() + 600 } }, 'not valid'],
  ])('%s is refused', async (_, parts, message) => {
    const response = await send(await postImage({ token: await accessToken(parts) }), { node });
    const error = await errorOf(response);
    expect([error.status, error.code]).toEqual([401, 'UNAUTHORIZED']);
    expect(error.message).toContain(message);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="edge-ocr", error="invalid_token"/);
    expect(node.received).toHaveLength(0);
  });

  it.each([
    ['malformed', 'abc'],
    ['with the algorithm none', forged({ alg: 'none' }, { iss: 'edge-ocr', aud: 'edge-ocr', exp: now() + 600 })],
  ])('%s is refused', async (_, token) => {
    expect((await errorOf(await send(await postImage({ token }), { node }))).code).toBe('UNAUTHORIZED');
  });

  it('that is missing is asked for', async () => {
    const response = await send(new Request(`${ORIGIN}/api/v1/ocr/process`, { method: 'POST', body: 'x' }), { node });
    const error = await errorOf(response);
    expect([error.code, error.message]).toEqual(['UNAUTHORIZED', 'The access token is missing']);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="edge-ocr"');
  });

  it('of another scheme is refused', async () => {
    const headers = { Authorization: `Basic ${btoa('user:password')}` };
    expect((await errorOf(await send(get('/api/v1/ocr/results', undefined, headers), { node }))).status).toBe(401);
  });

  it('a few seconds past its expiry is still good', async () => {
    const token = await accessToken({ expires: now() - 2 });
    expect((await send(await postImage({ token }), { node })).status).toBe(200);
  });

  it('never gets into the log', async () => {
    const lines = captureLog();
    const token = await accessToken({ secret: 'another secret of more than 32 bytes' });
    await send(await postImage({ token }), { node });
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain(token.split('.')[1]);
    expect(lines.join()).not.toContain(env.JWT_SECRET);
  });
});

describe('a secret that is being rotated', () => {
  const vars = { JWT_SECRET: 'the new secret of more than 32 bytes', JWT_SECRET_PREVIOUS: env.JWT_SECRET };

  it('lets tokens of both in', async () => {
    const tokens = [await accessToken({ secret: vars.JWT_SECRET }), await accessToken()];
    for (const token of tokens) expect((await send(await postImage({ token }), { node, vars })).status).toBe(200);
  });

  it('lets no third in, and after the rotation not the old one', async () => {
    const stranger = await accessToken({ secret: 'another secret of more than 32 bytes' });
    expect((await send(await postImage({ token: stranger }), { node, vars })).status).toBe(401);
    const after = { ...vars, JWT_SECRET_PREVIOUS: '' };
    expect((await send(await postImage({ token: await accessToken() }), { node, vars: after })).status).toBe(401);
  });

  it('is not tried again for a token that has another fault', async () => {
    const token = await accessToken({ secret: vars.JWT_SECRET, expires: now() - 60 });
    expect((await errorOf(await send(await postImage({ token }), { node, vars }))).message).toContain('expired');
  });
});

describe('a scope', () => {
  const guarded = ROUTES.filter((route) => route.status === 'available' && route.scope !== null);

  it.each(guarded.map((route) => [route.method, route.path, route] as const))(
    'is needed by %s %s',
    async (_, __, route) => {
      const path = route.path.replace('{id}', crypto.randomUUID()).replace('{sha256}', 'ab'.repeat(32));
      const token = await accessToken({ scope: 'something:else' });
      const request = new Request(ORIGIN + path, {
        method: route.method,
        headers: { Authorization: `Bearer ${token}` },
      });
      const response = await send(request, { node });
      expect(response.status).toBe(403);
      if (route.method !== 'head') {
        const error = await errorOf(response);
        expect([error.code, error.details.required_scope]).toEqual(['FORBIDDEN', route.scope]);
      }
      expect(response.headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${route.scope}"`);
    },
  );

  it('admin opens every route', async () => {
    expect((await send(await postImage({ token: await accessToken({ scope: 'admin' }) }), { node })).status).toBe(200);
  });
});
