import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call, errorOf, nodeRequests, PROCESS_PATH, readFixture, resultOf } from './api-client.ts';
import { internalClaims, signToken } from './internal-token.ts';
import { startTestStack, type TestStack } from './stack.ts';

const TARGET = `${PROCESS_PATH}?type=receipt`;
let stack: TestStack;
let secret: string;
let image: Buffer;
beforeAll(async () => {
  stack = await startTestStack();
  secret = JSON.parse(await readFile(join(stack.dataDir, 'secrets.json'), 'utf8')).INTERNAL_SECRET;
  image = await readFixture('format-grey.jpg');
});
afterAll(() => stack?.stop());

function post(token: string | null, target = TARGET): Promise<Answer> {
  const headers = { 'content-type': 'image/jpeg', ...(token !== null && { authorization: `Bearer ${token}` }) };
  return call(stack.nodeUrl + target, { method: 'POST', headers, body: new Uint8Array(image) });
}

type Claims = ReturnType<typeof internalClaims>;
const now = () => Math.floor(Date.now() / 1000);

describe('the node alone', () => {
  it('serves what the edge vouches for', async () => {
    const result = resultOf(await post(signToken(internalClaims('POST', TARGET, image), secret)));
    expect(result.text).toContain('TOTAL 2.40');
  });

  it('keeps a secret that only its owner can read', async () => {
    const { mode } = await stat(join(stack.dataDir, 'secrets.json'));
    expect(mode & 0o777).toBe(0o600);
  });

  const spoilt: [string, (claims: Claims) => object][] = [
    ['for another body', (claims) => ({ ...claims, body_sha256: '0'.repeat(64) })],
    ['for another path', (claims) => ({ ...claims, target: '/api/v1/ocr/results' })],
    ['for other options', (claims) => ({ ...claims, target: `${PROCESS_PATH}?type=invoice` })],
    ['for another method', (claims) => ({ ...claims, method: 'GET' })],
    ['that has expired', (claims) => ({ ...claims, iat: now() - 120, exp: now() - 60 })],
    ['that is old, whatever it says of its end', (claims) => ({ ...claims, iat: now() - 3600, exp: now() + 3600 })],
    ['from another issuer', (claims) => ({ ...claims, iss: 'edge-ocr' })],
    ['for another audience', (claims) => ({ ...claims, aud: 'edge-ocr' })],
    ['without a shop', ({ shop_id: _, ...claims }) => claims],
    ['without an end', ({ exp: _, ...claims }) => claims],
  ];

  it.each(spoilt)('refuses an internal token %s', async (_, spoil) => {
    await expectRefusal(signToken(spoil(internalClaims('POST', TARGET, image)), secret));
  });

  it('refuses no token, a client’s token, and one that the edge did not sign', async () => {
    await expectRefusal(null);
    await expectRefusal(await stack.token());
    const claims = internalClaims('POST', TARGET, image);
    await expectRefusal(signToken(claims, randomBytes(32).toString('base64url')));
    await expectRefusal(signToken(claims, secret, 'none'));
  });

  it('refuses to show results to whom the edge does not vouch for', async () => {
    const target = `/api/v1/ocr/results/${randomUUID()}`;
    expect(errorOf(await call(stack.nodeUrl + target)).code).toBe('UNAUTHORIZED');
    const token = signToken(internalClaims('GET', target, Buffer.alloc(0)), secret);
    const answer = await call(stack.nodeUrl + target, { headers: { authorization: `Bearer ${token}` } });
    expect(errorOf(answer).code).toBe('NOT_FOUND');
  });
});

async function expectRefusal(token: string | null): Promise<void> {
  const before = await nodeRequests(stack.nodeUrl);
  const answer = await post(token);
  expect(answer.status).toBe(401);
  expect(errorOf(answer)).toMatchObject({
    code: 'UNAUTHORIZED',
    details: { suggestion: expect.stringContaining('edge'), request_id: expect.stringMatching(/^[\w.-]{8,}$/) },
  });
  expect(await nodeRequests(stack.nodeUrl)).toBe(before);
}
