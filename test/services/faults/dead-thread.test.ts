import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CATALOGUE, type ErrorCode } from '@edge-ocr/shared/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call, errorOf, PROCESS_PATH, resultOf } from '../../end-to-end/api-client.ts';
import { internalClaims, signToken } from '../../end-to-end/internal-token.ts';
import { temporaryFolder } from '../../end-to-end/stack.ts';
import { type NodeProcess, startNodeProcess } from '../node-process.ts';
import { createScratchDatabase, type ScratchDatabase } from '../scratch-database.ts';
import { serviceUrl } from '../service-url.ts';
import { ticket } from '../steady-load.ts';
import { LIMIT_MS, PATIENCE } from './faulty-system.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const CLIENTS = 4;

/** The real engine, in one process: its threads are what dies. */
describe.skipIf(!serverUrl)('a worker thread dies in the middle of its work', { timeout: LIMIT_MS }, () => {
  const secret = randomBytes(32).toString('base64url');
  const shopId = randomUUID();
  let scratch: ScratchDatabase;
  let folder: string;
  let node: NodeProcess;
  let sent = 0;
  beforeAll(async () => {
    scratch = await createScratchDatabase(serverUrl!);
    folder = await temporaryFolder();
    node = await startNodeProcess('a', {
      INTERNAL_SECRET: secret,
      DATABASE_URL: scratch.url,
      MORTAL_FILE: join(folder, 'wish'),
      NODE_OPTIONS: `--import=${join(import.meta.dirname, 'mortal-threads.ts')}`,
    });
  });
  afterAll(async () => {
    await node?.end('SIGKILL');
    await scratch?.drop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function read(): Promise<{ readonly sha256: string; readonly answer: Answer }> {
    const image = await ticket(70_000 + sent++);
    const target = `${PROCESS_PATH}?type=receipt&extract_barcodes=false`;
    const claims = { ...internalClaims('POST', target, image), shop_id: shopId };
    const headers = { authorization: `Bearer ${signToken(claims, secret)}`, 'content-type': 'image/png' };
    const answer = await call(node.url + target, { method: 'POST', headers, body: new Uint8Array(image) });
    return { sha256: createHash('sha256').update(image).digest('hex'), answer };
  }

  it.each(['inference exit', 'inference throw', 'stage exit', 'stage throw'])(
    '%s: its requests fail as the catalogue says, the others and those that follow do not',
    async (wish) => {
      const file = join(folder, 'wish');
      expect((await read()).answer.status).toBe(200);
      await writeFile(`${file}.new`, wish);
      await rename(`${file}.new`, file);
      const all: Awaited<ReturnType<typeof read>>[] = [];
      const late = Date.now() + PATIENCE.timeout;
      const client = async () => {
        while (existsSync(file) && Date.now() < late) all.push(await read());
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
      expect(existsSync(file)).toBe(false);
      const failed = all.filter(({ answer }) => answer.status !== 200).map(({ answer }) => errorOf(answer));
      for (const { code } of failed) expect(ERROR_CATALOGUE[code as ErrorCode].retryable).toBe(true);
      // Beside those of its own task only what shared a batch with it.
      expect(failed.length).toBeLessThanOrEqual(CLIENTS);

      const after = await Promise.all(Array.from({ length: 8 }, read));
      const kept = [...all, ...after].filter(({ answer }) => answer.status === 200);
      expect(after.map(({ answer }) => answer.status)).toEqual(after.map(() => 200));
      for (const { sha256, answer } of kept) expect(resultOf(answer).image.sha256).toBe(sha256);
      const { rows } = await scratch.db.query(
        `SELECT id FROM ocr_processing_jobs WHERE sha256 = ANY ($1) AND status = 'completed'`,
        [kept.map(({ sha256 }) => sha256)],
      );
      expect(rows).toHaveLength(kept.length);
      // The same process, and none that a supervisor would have had to start.
      process.kill(node.pid, 0);
    },
  );
});
