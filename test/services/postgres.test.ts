import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@edge-ocr/infra/local/settings';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, errorOf, readFixture, resultOf } from '../end-to-end/api-client.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { copyOf } from '../fixtures/written.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');

describe.skipIf(!serverUrl)('a PostgreSQL that is not ours', () => {
  const shopId = randomUUID();
  let scratch: ScratchDatabase;
  let db: ScratchDatabase['db'];
  let stacks: TestStack[] = [];
  let clients: ApiClient[];
  let first: OcrResult;

  beforeAll(async () => {
    scratch = await createScratchDatabase(serverUrl!);
    db = scratch.db;
    // Two nodes at once on an empty database: one migrates, the other waits for it.
    const nodeEnvironment = { DATABASE_URL: scratch.url, LOG_LEVEL: 'fatal' };
    stacks = await Promise.all([startTestStack({ nodeEnvironment }), startTestStack({ nodeEnvironment })]);
    clients = await Promise.all(
      stacks.map(async (stack) => new ApiClient(stack.edgeUrl, await stack.token({ shopId }))),
    );
    first = resultOf(await clients[0]!.postFile(await readFixture('format-grey.jpg'), { type: 'receipt' }));
  });

  afterAll(async () => {
    await Promise.all(stacks.map((stack) => stack.stop()));
    await scratch?.drop();
  });

  it('is of a version that we support, and has every migration once', async () => {
    const { rows } = await db.query<{ version: number }>('SELECT current_setting($1)::int AS version', [
      'server_version_num',
    ]);
    expect(rows[0]!.version).toBeGreaterThanOrEqual(150_000);
    const files = readdirSync(join(ROOT, 'gpu-node/migrations')).filter((file) => file.endsWith('.sql'));
    const { rows: applied } = await db.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY version');
    expect(applied.map(({ name }) => `${name}.sql`)).toEqual(files.sort());
  });

  it('takes the place of the embedded one', () => {
    for (const { dataDir } of stacks) expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  });

  it('holds the result and its event', async () => {
    const { rows } = await db.query<{ status: string; text: string }>(
      'SELECT status, extracted_text AS text FROM ocr_processing_jobs WHERE id = $1 AND shop_id = $2',
      [first.id, shopId],
    );
    expect(rows).toEqual([{ status: 'completed', text: first.text }]);
    const events = await db.query<{ type: string; key: string; subject: string }>(
      `SELECT type, key, payload->>'subject' AS subject FROM outbox WHERE key = $1`,
      [shopId],
    );
    expect(events.rows).toEqual([{ type: 'ocr.completed', key: shopId, subject: first.id }]);
  });

  it('shows the result through every node, also after a restart', async () => {
    const path = `/api/v1/ocr/results/${first.id}`;
    expect(resultOf(await clients[1]!.send(path)).text).toBe(first.text);
    await stacks[0]!.restart();
    expect(resultOf(await clients[0]!.send(path)).text).toBe(first.text);
  });

  it('keeps corrections and counts them, through either node', async () => {
    const correct = (client: ApiClient, fields: object) =>
      client.send(`/api/v1/ocr/results/${first.id}/corrections`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ fields }),
      });
    await Promise.all(clients.map((client) => correct(client, { total: 2.4, company: 'OTHER SHOP' })));
    const company = first.structured.company ?? null;
    const corrected = resultOf(await correct(clients[1]!, { company }));
    expect(corrected.corrections).toMatchObject({ total: { value: 2.4 }, company: { value: company } });
    expect(resultOf(await clients[0]!.send(`/api/v1/ocr/results/${first.id}`))).toEqual(corrected);
    const { rows } = await db.query(
      `SELECT total_predictions, correct_predictions, reviewed_results FROM ocr_model_metrics WHERE model_version = $1`,
      [first.model_version],
    );
    expect(rows).toEqual([{ total_predictions: 2, correct_predictions: 2, reviewed_results: 1 }]);
  });

  it('knows the same photo in other bytes, read by another node', async () => {
    const image = await readFixture('receipt-1.jpg');
    const original = resultOf(await clients[0]!.postFile(image, { type: 'receipt' }));
    const copy = resultOf(await clients[1]!.postFile(await copyOf(image), { type: 'receipt' }));
    expect(copy).toMatchObject({ duplicate_of: original.id, duplicate_match: 'appearance' });
  });

  it('without a free connection is OVERLOADED, and forgotten when it has one again', async () => {
    const path = `/api/v1/ocr/results/${first.id}`;
    const { admin, name } = scratch;
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [name]);
    const refused = await clients[1]!.send(path);
    expect(errorOf(refused)).toMatchObject({ code: 'OVERLOADED', details: { retryable: true } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    expect(resultOf(await clients[1]!.send(path)).id).toBe(first.id);
  });
});
