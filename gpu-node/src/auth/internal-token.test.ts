import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { INTERNAL_TOKEN_AUDIENCE, INTERNAL_TOKEN_ISSUER } from '@edge-ocr/shared/internal';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderError } from '../render-error.ts';
import { principalOfRequest, requireInternalToken } from './internal-token.ts';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const PREVIOUS = 'the-secret-of-more-than-32-bytes-before';
const KEY = new TextEncoder().encode(SECRET);
const TARGET = '/process?type=receipt';
const BODY = Buffer.from('an image');
const BODY_LIMIT = 1000;
const shopId = randomUUID();
const userId = randomUUID();

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const now = () => Math.floor(Date.now() / 1000);

let app: FastifyInstance;
let served = 0;

beforeAll(() => {
  app = Fastify({ bodyLimit: BODY_LIMIT });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.setErrorHandler(renderError);
  app.get('/open', async (request) => principalOfRequest(request));
  app.register(async (scope) => {
    requireInternalToken(scope, [SECRET, PREVIOUS, undefined]);
    scope.route({
      method: ['GET', 'POST', 'PUT'],
      url: '/process',
      handler: async (request) => {
        served++;
        return principalOfRequest(request);
      },
    });
  });
});
afterAll(() => app.close());

function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const request = { request_id: 'request-1', method: 'POST', target: TARGET, body_sha256: sha256(BODY) };
  const times = { iat: now(), exp: now() + 30, iss: INTERNAL_TOKEN_ISSUER, aud: INTERNAL_TOKEN_AUDIENCE };
  const all = { sub: userId, shop_id: shopId, scope: 'ocr:read ocr:write', ...request, ...times, ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const sign = (payload: Record<string, unknown>, key: Uint8Array = KEY, alg = 'HS256') =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(key);

async function send(token: string | undefined, changes: InjectOptions = {}) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await app.inject({ method: 'POST', url: TARGET, payload: BODY, headers: authorization, ...changes });
  return { status: response.statusCode, json: response.json() };
}

async function expectRefused(token: string | undefined, problem: string, changes?: InjectOptions): Promise<void> {
  const before = served;
  const { status, json } = await send(token, changes);
  expect([status, json.error?.code, json.error?.message]).toEqual([
    401,
    'UNAUTHORIZED',
    `The internal token ${problem}`,
  ]);
  expect(served).toBe(before);
}

describe('requireInternalToken', () => {
  test('a good token tells who is asking', async () => {
    const { status, json } = await send(await sign(claims()));
    expect(status).toBe(200);
    expect(json).toEqual({ userId, shopId, scopes: ['ocr:read', 'ocr:write'] });
  });

  test('a request without a body carries the hash of nothing', async () => {
    const token = await sign(claims({ method: 'GET', body_sha256: sha256('') }));
    const bodiless = { method: 'GET', url: TARGET, headers: { authorization: `Bearer ${token}` } } as const;
    expect((await app.inject(bodiless)).statusCode).toBe(200);
  });

  test('no token, or not as a bearer', async () => {
    await expectRefused(undefined, 'is missing');
    const token = await sign(claims());
    await expectRefused(undefined, 'is missing', { headers: { authorization: `Basic ${token}` } });
    await expectRefused(undefined, 'is missing', { headers: { authorization: 'Bearer ' } });
    await expectRefused('not.a.token', 'is not valid');
  });

  test('the secret before, while it is set, and nothing but its signature is another', async () => {
    const previous = new TextEncoder().encode(PREVIOUS);
    expect((await send(await sign(claims(), previous))).status).toBe(200);
    await expectRefused(await sign(claims({ iat: now() - 50, exp: now() - 10 }), previous), 'is not valid');
    await expectRefused(await sign(claims({ target: '/other' }), previous), 'is for another request');
  });

  test('another key', async () => {
    await expectRefused(await sign(claims(), new TextEncoder().encode(`${SECRET}!`)), 'is not valid');
  });

  test.each([
    ['expired', () => ({ iat: now() - 50, exp: now() - 10 })],
    ['made long ago, whatever its expiry', () => ({ iat: now() - 3600, exp: now() + 3600 })],
    ['from the future', () => ({ iat: now() + 600, exp: now() + 630 })],
    ['without expiry', () => ({ exp: undefined })],
    ['without time', () => ({ iat: undefined })],
    ['of another issuer', () => ({ iss: 'somebody' })],
    ['for another audience', () => ({ aud: 'clients' })],
    ['without issuer', () => ({ iss: undefined })],
    ['without audience', () => ({ aud: undefined })],
  ])('%s', async (_, changes) => {
    await expectRefused(await sign(claims(changes())), 'is not valid');
  });

  test('clocks may differ by a little', async () => {
    expect((await send(await sign(claims({ iat: now() - 40, exp: now() - 2 })))).status).toBe(200);
  });

  test.each([
    ['another method', { method: 'PUT' }],
    ['another path', { target: '/other?type=receipt' }],
    ['another query', { target: '/process?type=product' }],
    ['no query', { target: '/process' }],
  ])('for %s', async (_, changes) => {
    await expectRefused(await sign(claims(changes)), 'is for another request');
  });

  test('for another body, or none', async () => {
    await expectRefused(await sign(claims()), 'is for another body', { payload: Buffer.from('another image') });
    await expectRefused(await sign(claims()), 'is for another body', { payload: Buffer.alloc(0) });
  });

  test.each(['sub', 'shop_id', 'request_id', 'method', 'target', 'body_sha256'])('without %s', async (name) => {
    await expectRefused(await sign(claims({ [name]: undefined })), 'has no valid claims');
  });

  test('alg none', async () => {
    const unsigned = new UnsecuredJWT(claims()).encode();
    await expectRefused(unsigned, 'is not valid');
    await expectRefused(`${unsigned}AAAA`, 'is not valid');
  });

  test('another algorithm, also with the right key', async () => {
    const longKey = new TextEncoder().encode(SECRET.repeat(2));
    await expectRefused(
      await sign(claims(), KEY, 'HS384').catch(() => sign(claims(), longKey, 'HS384')),
      'is not valid',
    );
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    await expectRefused(rsa, 'is not valid');
    // A signature made with our key under a header that names RS256.
    const [, payload, signature] = (await sign(claims())).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'RS256' })).toString('base64url');
    await expectRefused(`${header}.${payload}.${signature}`, 'is not valid');
  });

  test('is checked before the body is read', async () => {
    const tooLarge = { payload: Buffer.alloc(BODY_LIMIT + 1) };
    await expectRefused('not.a.token', 'is not valid', tooLarge);
    expect((await send(await sign(claims()), tooLarge)).status).toBe(413);
  });

  test('the error’s suggestion names the edge and no secret', async () => {
    const { json } = await send(await sign(claims({ sub: 'nobody' })));
    expect(json.error.details.suggestion).toContain('edge');
    expect(JSON.stringify(json)).not.toContain(SECRET);
  });
});

test('principalOfRequest refuses where no token was checked', async () => {
  expect((await app.inject({ url: '/open' })).statusCode).toBe(401);
});
