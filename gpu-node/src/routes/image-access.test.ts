import { randomUUID } from 'node:crypto';
import { IMAGE_ACCESS_TARGET, IMAGE_SWEEP_TARGET, SYSTEM_SCOPE } from '@edge-ocr/shared/image-access';
import type { InternalClaims } from '@edge-ocr/shared/internal';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NodeDependencies } from '../app.ts';
import { type Database, DatabaseAwayError } from '../persist/database.ts';
import { renderError } from '../render-error.ts';
import { registerImageAccess } from './image-access.ts';

const shopId = randomUUID();
const userId = randomUUID();
const sha256 = 'ab'.repeat(32);

let app: FastifyInstance;
let scope: string;
let written: (readonly unknown[])[];
let isAway: boolean;

beforeAll(() => {
  const query = async (_: unknown, values: readonly unknown[] = []) => {
    if (isAway) throw new DatabaseAwayError(new Error('no connection'));
    written.push(values);
    return { rows: [], rowCount: 1 };
  };
  app = Fastify({ genReqId: () => 'request-1' });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.setErrorHandler(renderError);
  app.decorateRequest('claims', null);
  // The token itself is tested in internal-token.test.ts.
  app.addHook('onRequest', async (request) => {
    request.claims = { sub: userId, shop_id: shopId, scope } as InternalClaims;
  });
  registerImageAccess(app, { database: { query } as unknown as Database } as NodeDependencies);
});
afterAll(() => app.close());
beforeEach(() => {
  scope = 'ocr:read';
  written = [];
  isAway = false;
});

async function post(url: string, body: unknown) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });
  return { status: response.statusCode, json: response.json() };
}

describe('an access', () => {
  test('is written for shop and user of the token', async () => {
    const { status, json } = await post(IMAGE_ACCESS_TARGET, { sha256, action: 'viewed', user_agent: 'till/4' });
    expect([status, json]).toEqual([200, { success: true, data: { recorded: 1 } }]);
    expect(written).toEqual([[shopId, userId, sha256, 'viewed', 'request-1', 'till/4', null]]);
  });

  test.each([
    ['', 'no JSON'],
    ['{', 'half of it'],
    [{ sha256, action: 'deleted' }, 'an action that is not a person’s'],
    [{ sha256: sha256.toUpperCase(), action: 'viewed' }, 'another spelling'],
    [{ sha256, action: 'viewed', shop_id: randomUUID() }, 'another shop'],
    [{ sha256, action: 'viewed', ip_address: 'here' }, 'an address that is none'],
    [{ sha256, action: 'viewed', user_agent: 'x'.repeat(501) }, 'a long user agent'],
  ])('%j is INVALID_REQUEST: %s', async (body, _) => {
    const { status, json } = await post(IMAGE_ACCESS_TARGET, body);
    expect([status, json.error.code]).toEqual([400, 'INVALID_REQUEST']);
    expect(written).toEqual([]);
  });

  test('without a database is OVERLOADED, so that the edge does not serve', async () => {
    isAway = true;
    expect((await post(IMAGE_ACCESS_TARGET, { sha256, action: 'viewed' })).json.error.code).toBe('OVERLOADED');
  });
});

describe('a sweep', () => {
  const sweep = { deleted: [{ shop_id: randomUUID(), sha256 }] };

  test('is the edge’s own to report', async () => {
    for (scope of ['ocr:read ocr:write', 'admin', '']) {
      expect((await post(IMAGE_SWEEP_TARGET, sweep)).json.error.code).toBe('FORBIDDEN');
    }
    expect(written).toEqual([]);
    scope = SYSTEM_SCOPE;
    expect((await post(IMAGE_SWEEP_TARGET, sweep)).json).toEqual({ success: true, data: { recorded: 1 } });
    expect(written).toEqual([[[sweep.deleted[0]?.shop_id], [sha256], 'request-1']]);
  });

  test.each([{ deleted: [] }, { deleted: Array(1001).fill(sweep.deleted[0]) }, {}])(
    'of a wrong size is refused',
    async (body) => {
      scope = SYSTEM_SCOPE;
      expect((await post(IMAGE_SWEEP_TARGET, body)).status).toBe(400);
    },
  );
});
