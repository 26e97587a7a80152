import { OcrError } from '@edge-ocr/shared/errors';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderError, renderNotFound } from './render-error.ts';

const BODY_LIMIT = 100;
let app: FastifyInstance;
const logged: { level: number; code?: string; err?: { message: string } }[] = [];

beforeAll(() => {
  const stream = { write: (line: string) => logged.push(JSON.parse(line)) };
  app = Fastify({
    bodyLimit: BODY_LIMIT,
    logger: { level: 'info', stream },
    genReqId: () => 'request-1',
    frameworkErrors: renderError,
  });
  app.setErrorHandler(renderError);
  app.setNotFoundHandler(renderNotFound);
  app.get('/busy', () => {
    throw new OcrError('OVERLOADED', {
      retryAfterSeconds: 7,
      details: { max_in_flight: 2 },
      cause: 'queue at 10.0.0.7',
    });
  });
  app.get('/broken', () => {
    throw new Error('connect ECONNREFUSED 10.0.0.7:5432 password=hunter2');
  });
  app.get('/thrown-text', () => Promise.reject('hunter2'));
  app.get('/refused', () => {
    throw new OcrError('FORBIDDEN');
  });
  app.get('/items/:id', async () => 'found');
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.post('/upload', async () => 'taken');
});
afterAll(() => app.close());

const levelOf = (code: string) => logged.findLast((entry) => entry.code === code)?.level;
const [INFO, ERROR] = [30, 50];

describe('renderError', () => {
  test('an OcrError becomes its envelope, with Retry-After and without its cause', async () => {
    const response = await app.inject('/busy');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('7');
    expect(response.json()).toMatchObject({
      success: false,
      error: { code: 'OVERLOADED', details: { max_in_flight: 2, retryable: true, request_id: 'request-1' } },
    });
    expect(response.json().error.details.suggestion).not.toBe('');
    expect(response.body).not.toContain('10.0.0.7');
  });

  test.each(['/broken', '/thrown-text'])(
    'anything else thrown is INTERNAL and keeps its text to the log: %s',
    async (url) => {
      const response = await app.inject(url);
      expect(response.statusCode).toBe(500);
      expect(response.json().error.code).toBe('INTERNAL');
      expect(response.body).not.toMatch(/hunter2|ECONNREFUSED/);
      expect(response.headers).not.toHaveProperty('retry-after');
    },
  );

  test('our failures are logged as errors with what was thrown, the client’s as information', async () => {
    await app.inject('/broken');
    expect(levelOf('INTERNAL')).toBe(ERROR);
    expect(logged.findLast((entry) => entry.code === 'INTERNAL')?.err?.message).toContain('ECONNREFUSED');
    await app.inject('/refused');
    expect(levelOf('FORBIDDEN')).toBe(INFO);
  });

  test.each([
    [
      'a body over the limit',
      'IMAGE_TOO_LARGE',
      { method: 'POST', url: '/upload', payload: Buffer.alloc(BODY_LIMIT + 1) },
    ],
    [
      'a wrong length',
      'INVALID_REQUEST',
      { method: 'POST', url: '/upload', payload: 'x', headers: { 'content-length': '9' } },
    ],
    [
      'no media type',
      'INVALID_REQUEST',
      { method: 'POST', url: '/upload', payload: 'x', headers: { 'content-type': '?' } },
    ],
    ['an address that cannot be decoded', 'INVALID_REQUEST', { method: 'GET', url: '/items/%zz' }],
    ['an address with a long part', 'INVALID_REQUEST', { method: 'GET', url: `/items/${'x'.repeat(200)}` }],
    ['an unknown address', 'NOT_FOUND', { method: 'GET', url: '/nothing' }],
    ['an unknown method', 'NOT_FOUND', { method: 'DELETE', url: '/refused' }],
  ] as const)('%s is %s', async (_, code, request) => {
    const response = await app.inject(request);
    expect(response.json()).toMatchObject({ success: false, error: { code } });
    expect(response.statusCode).toBe(new OcrError(code).status);
  });
});
