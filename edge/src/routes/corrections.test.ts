import { OcrError } from '@edge-ocr/shared/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessToken, dataOf, errorOf, get, ORIGIN, SHOP, send } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';

const id = '0199d0a2-5a8e-7f0a-9d44-3f4b7f0e9a01';
let node: StandInNode;
let token: string;
beforeEach(async () => {
  node = freshNode();
  node.respond = () => Response.json({ success: true, data: { id, structured: { total: 12.5 } } });
  token = await accessToken({ shop: SHOP });
});

interface Correction {
  readonly path?: string;
  readonly as?: string;
  readonly type?: string;
}

function correct(body: unknown, { path = id, as = token, type = 'application/json' }: Correction = {}): Request {
  return new Request(`${ORIGIN}/api/v1/ocr/results/${path}/corrections`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${as}`, 'Content-Type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('corrections', () => {
  it('reach a node as they were checked, for the token’s shop', async () => {
    const sent = { fields: { total: 12.5, company: 'Café', tax: null } };
    const response = await send(correct(sent, { type: 'application/json; charset=utf-8' }), { node });
    expect(await dataOf(response)).toEqual({ id, structured: { total: 12.5 } });
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const [received] = node.received;
    expect(JSON.parse(new TextDecoder().decode(received?.body))).toEqual(sent);
    expect(received?.claims).toMatchObject({
      shop_id: SHOP,
      method: 'POST',
      target: `/api/v1/ocr/results/${id}/corrections`,
    });
  });

  it('are answered with the node’s refusal', async () => {
    node.respond = () => node.failure(new OcrError('NOT_FOUND'));
    expect((await errorOf(await send(correct({ fields: { total: 1 } }), { node }))).status).toBe(404);
  });

  it('need the scope to write', async () => {
    const reader = await accessToken({ scope: 'ocr:read' });
    const error = await errorOf(await send(correct({ fields: { total: 1 } }, { as: reader }), { node }));
    expect(error.code).toBe('FORBIDDEN');
    expect(node.received).toHaveLength(0);
  });

  it.each([
    ['no JSON', 'total=4'],
    ['half of it', '{"fields":{'],
    ['a list', '[]'],
    ['no fields', { fields: {} }],
    ['too many fields', { fields: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`f${i}`, 1])) }],
    ['a list as a value', { fields: { total: [1] } }],
    ['a long value', { fields: { company: 'x'.repeat(2001) } }],
    ['something else beside', { fields: { total: 1 }, shop_id: SHOP }],
  ])('with %s are INVALID_REQUEST and go nowhere', async (_, body) => {
    expect((await errorOf(await send(correct(body), { node }))).code).toBe('INVALID_REQUEST');
    expect(node.received).toHaveLength(0);
  });

  it('of another media type or for no id are INVALID_REQUEST', async () => {
    const body = { fields: { total: 1 } };
    for (const other of [{ type: 'text/plain' }, { path: 'x'.repeat(36) }]) {
      expect((await errorOf(await send(correct(body, other), { node }))).code).toBe('INVALID_REQUEST');
    }
    expect(node.received).toHaveLength(0);
  });

  it('larger than allowed are refused with the bound, and never shown', async () => {
    const body = { fields: { company: `secret ${'x'.repeat(1500)}` } };
    const error = await errorOf(await send(correct(body), { node, vars: { MAX_JSON_BYTES: 1024 } }));
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', details: { max_bytes: 1024 } });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it('under GET say which method there is', async () => {
    const response = await send(get(`/api/v1/ocr/results/${id}/corrections`, token), { node });
    expect(response.headers.get('allow')).toBe('POST');
  });
});
