import { createHash, randomUUID } from 'node:crypto';
import { OcrError } from '@edge-ocr/shared/errors';
import { INTERNAL_TOKEN_AUDIENCE, INTERNAL_TOKEN_ISSUER } from '@edge-ocr/shared/internal';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenPage } from '../../../test/fixtures/written.ts';
import { Admission } from '../admission.ts';
import { createApp, type NodeDependencies } from '../app.ts';
import { parseConfig } from '../config.ts';
import { loadTestEngine } from '../inference/engine.fixture.ts';
import type { Engine } from '../inference/engine.ts';
import { memoryStore, openTestQueue } from '../jobs/queue.fixture.ts';
import { createMetrics } from '../metrics.ts';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { ensurePartitions } from '../persist/partitions.ts';
import { saveFailure } from '../persist/results.ts';
import { createLogger } from './create-logger.ts';

const PAN = 'ABCPK1234L';
const AADHAAR = '2345 6789 0124';
const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const shopId = randomUUID();

let cluster: TestCluster;
let database: Database;
let engine: Engine;
let app: FastifyInstance;
let card: Buffer;
const lines: string[] = [];
const images = memoryStore();
beforeAll(async () => {
  cluster = await startTestCluster();
  database = await cluster.openMigrated();
  await ensurePartitions(database);
  engine = await loadTestEngine();
  card = await writtenPage(['INCOME TAX DEPARTMENT', `PAN ${PAN}`, 'GOVERNMENT OF INDIA', AADHAAR]);
  const dependencies: NodeDependencies = {
    config: parseConfig({ INTERNAL_SECRET: SECRET }),
    database,
    engine,
    metrics: createMetrics(),
    admission: new Admission({ requests: 4, bytes: 1e8 }),
    acceptance: new Admission({ requests: 4, bytes: 1e8 }),
    jobs: openTestQueue(database, { images, concurrency: 0 }),
    images,
    sharing: { share: async () => {} },
    // Nobody listens here.
    events: {} as NodeDependencies['events'],
  };
  app = createApp(dependencies, createLogger('trace', { write: (line: string) => void lines.push(line) }));
});
afterAll(async () => {
  await app?.close();
  await engine?.close();
  await cluster?.stop();
});

async function send(method: 'GET' | 'POST', url: string, payload?: Buffer) {
  const claims = {
    ...{ sub: randomUUID(), shop_id: shopId, scope: 'ocr:read ocr:write' },
    ...{ request_id: 'request-1', method, target: url },
    body_sha256: createHash('sha256')
      .update(payload ?? Buffer.alloc(0))
      .digest('hex'),
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('30s')
    .setIssuer(INTERNAL_TOKEN_ISSUER)
    .setAudience(INTERNAL_TOKEN_AUDIENCE)
    .sign(new TextEncoder().encode(SECRET));
  const request: InjectOptions = { method, url, headers: { authorization: `Bearer ${token}` } };
  return await app.inject(payload ? { ...request, payload } : request);
}

function expectNothingLogged(): void {
  const logged = lines.join('');
  expect(logged).not.toBe('');
  for (const number of [PAN, AADHAAR, AADHAAR.replaceAll(' ', ''), encodeURIComponent(AADHAAR)]) {
    expect(logged).not.toContain(number);
  }
  expect(logged).not.toMatch(/INCOME|DEPARTMENT/);
}

describe('an identity card', () => {
  test('is read and stored, and nothing of it is logged', async () => {
    const reply = await send('POST', '/api/v1/ocr/process?type=document', card);
    expect(reply.statusCode).toBe(200);
    const { text, structured } = reply.json().data;
    expect(text).toContain(PAN);
    expect(JSON.stringify(structured)).toContain(PAN);
    expectNothingLogged();
  });

  test('is found by its number, and the search is not logged', async () => {
    const reply = await send('GET', `/api/v1/ocr/results?query=${PAN}&type=document`);
    expect(reply.json().data.results).toHaveLength(1);
    await send('GET', `/api/v1/ocr/results?query=${encodeURIComponent(AADHAAR)}&nothing=${PAN}`);
    await send('GET', `/api/v1/ocr/results/${PAN}`);
    expect(lines.join('')).toContain('/api/v1/ocr/results');
    expectNothingLogged();
  });

  test('that cannot be stored leaves nothing of itself in the log, nor in the log of errors', async () => {
    await database.query(
      'ALTER TABLE ocr_processing_jobs ADD CONSTRAINT nothing CHECK (extracted_text IS NULL)  NOT VALID',
    );
    const reply = await send('POST', '/api/v1/ocr/process?type=document&confidence_threshold=0.7', card);
    expect(reply.statusCode).toBe(500);
    expect(lines.join('')).toContain('23514');
    expectNothingLogged();
    await expect
      .poll(async () => (await database.query('SELECT * FROM ocr_error_logs')).rows, { timeout: 5000 })
      .toHaveLength(1);
    const { rows } = await database.query('SELECT error_message, stack_trace FROM ocr_error_logs');
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${PAN}|DEPARTMENT|6789`));
  });
});

test('an error that names a number is stored without it', async () => {
  const options = { type: 'document', confidence_threshold: 0.8, extract_barcodes: true, language: 'en' } as const;
  const cause = new TypeError(`cannot read ${PAN}\nof ${AADHAAR}`);
  const failure = {
    error: new OcrError('INTERNAL', { message: `no ${PAN}`, cause }),
    bytes: card,
    options,
    principal: { shopId, userId: randomUUID() },
    requestId: 'request-2',
  };
  await saveFailure(database, failure);
  const { rows } = await database.query(
    `SELECT error_message, stack_trace, (SELECT string_agg(payload::text, '') FROM outbox WHERE topic = 'ocr.failed') AS events
     FROM ocr_error_logs WHERE request_id = 'request-2'`,
  );
  expect(rows).toHaveLength(1);
  const kept = JSON.stringify(rows);
  expect(kept).toContain('TypeError: cannot read ');
  expect(kept).not.toContain(PAN);
  expect(kept).not.toContain(AADHAAR);
});
