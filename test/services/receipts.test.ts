import { randomUUID } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, dataOf, errorOf, readFixture, resultOf } from '../end-to-end/api-client.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { copyOf } from '../fixtures/written.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';

const RECEIPTS = 16;
const PATIENCE = { timeout: 90_000, interval: 200 };
const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');

describe.skipIf(!serverUrl)('two nodes on one PostgreSQL', () => {
  const shopId = randomUUID();
  let scratch: ScratchDatabase;
  let stacks: TestStack[] = [];
  let clients: ApiClient[];
  let image: Buffer;

  beforeAll(async () => {
    scratch = await createScratchDatabase(serverUrl!);
    const options = {
      nodeEnvironment: { DATABASE_URL: scratch.url, LOG_LEVEL: 'fatal', JOB_CONCURRENCY: '2' },
      edgeVars: { LIMIT_USER_PER_MINUTE: '10000', LIMIT_SHOP_PER_HOUR: '10000' },
    };
    stacks = [await startTestStack(options), await startTestStack(options)];
    // Nodes of a pool share their image store.
    await symlink(join(stacks[0]!.dataDir, 'images'), join(stacks[1]!.dataDir, 'images'));
    clients = await Promise.all(
      stacks.map(async (stack) => new ApiClient(stack.edgeUrl, await stack.token({ shopId }))),
    );
    image = await readFixture('format-grey.jpg');
  });

  afterAll(async () => {
    await Promise.all(stacks.map((stack) => stack.stop()));
    await scratch?.drop();
  });

  it('share a receipts queue: whatever both are told, each receipt is read once', async () => {
    for (let i = 0; i < RECEIPTS; i++) {
      // Other bytes in every one, as photos have.
      const bytes = Buffer.concat([image, Buffer.from(`${i}`)]);
      const answer = await clients[0]!.send('/api/v1/receipts', {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: new Uint8Array(bytes),
      });
      expect(answer.status).toBe(201);
    }
    const told = await Promise.all(
      [0, 1, 0, 1].map((i) => clients[i]!.send('/api/v1/receipts/ocr/process-all', { method: 'POST' })),
    );
    const queued = told.map(({ body }) => (body as { data: { queued: number } }).data.queued);
    expect(queued.reduce((sum, count) => sum + count)).toBe(RECEIPTS);
    const counts = async () => dataOf(await clients[1]!.send('/api/v1/receipts/ocr/queue-status'));
    await expect.poll(counts, PATIENCE).toEqual({
      ...{ total_tracked: RECEIPTS, pending: 0, processing: 0, completed: RECEIPTS, failed: 0 },
    });
    const { rows } = await scratch.db.query(
      `SELECT count(*)::int AS jobs, count(DISTINCT sha256)::int AS images FROM ocr_processing_jobs
       WHERE shop_id = $1 AND job_type = 'receipt' AND status = 'completed'`,
      [shopId],
    );
    expect(rows).toEqual([{ jobs: RECEIPTS, images: RECEIPTS }]);
  });

  it('answer an Idempotency-Key once between them', async () => {
    const copy = await copyOf(image);
    const key = randomUUID();
    const post = (client: ApiClient) =>
      client.send('/api/v1/ocr/process?type=receipt', {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg', 'idempotency-key': key },
        body: new Uint8Array(copy),
      });
    const all = await Promise.all([0, 1, 0, 1].map((i) => post(clients[i]!)));
    const ids = new Set(all.filter(({ status }) => status === 200).map((answer) => resultOf(answer).id));
    expect(ids.size).toBe(1);
    for (const answer of all) if (answer.status !== 200) expect(errorOf(answer).code).toBe('CONFLICT');
    const later = await Promise.all(clients.map(post));
    for (const answer of later) {
      expect([...ids]).toEqual([resultOf(answer).id]);
      expect(answer.headers.get('idempotency-replayed')).toBe('true');
    }
    const { rows } = await scratch.db.query(
      `SELECT count(*)::int AS results FROM ocr_processing_jobs WHERE shop_id = $1 AND job_type = 'single'`,
      [shopId],
    );
    expect(rows).toEqual([{ results: 1 }]);
  });
});
