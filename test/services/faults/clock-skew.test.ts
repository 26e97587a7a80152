import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient, dataOf, errorOf } from '../../end-to-end/api-client.ts';
import { startNodeProcess, TIMED_NODE } from '../node-process.ts';
import { createScratchDatabase, type ScratchDatabase } from '../scratch-database.ts';
import { serviceUrl } from '../service-url.ts';
import { ticket } from '../steady-load.ts';
import {
  endUnharmed,
  type FaultySystem,
  isDone,
  isFailed,
  LIMIT_MS,
  PATIENCE,
  shareImages,
  startFaultySystem,
  startLoad,
} from './faulty-system.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
/** Debian's libfaketime: it tells one process another time; the clock that timers run by stays as it is. */
const LIBRARIES = '/usr/lib';
const faketime = readdirSync(LIBRARIES)
  .map((folder) => join(LIBRARIES, folder, 'faketime/libfaketime.so.1'))
  .find((file) => existsSync(file));
if (!faketime) console.info('libfaketime is not installed: the tests of clocks that differ are skipped');

const skewed = (by: string) => ({ LD_PRELOAD: faketime!, FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: '1' });

describe.skipIf(!serverUrl || !faketime)('a node whose clock differs from the edge’s', { timeout: LIMIT_MS }, () => {
  let scratch: ScratchDatabase;
  let system: FaultySystem;
  let ending: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await system?.stop();
    for (const end of ending.splice(0)) await end();
    await scratch?.drop();
  });

  /** The good node, and the skewed one beside it. */
  async function start(by: string): Promise<void> {
    ending = [];
    scratch = await createScratchDatabase(serverUrl!);
    const secret = 'a secret of a test, of more than 32 bytes';
    const common = { INTERNAL_SECRET: secret, DATABASE_URL: scratch.url, TIMED_SERVICE_MS: '50' };
    const late = await startNodeProcess('late', { ...common, ...skewed(by) }, TIMED_NODE);
    ending.push(() => late.end('SIGKILL'));
    system = await startFaultySystem({
      databaseUrl: scratch.url,
      nodes: ['a'],
      edgeSecret: secret,
      reach: async (node) => `${node.url},${late.url}`,
    });
    await shareImages(join(system.nodes.get('a')!.dataDir, 'images'), [late]);
  }

  it.each(['+3m', '-3m'])('by %s: nothing fails, is lost or late, and the good node does the work', async (by) => {
    await start(by);
    const load = await startLoad(system);
    await load.until(60, isDone);
    const samples = await endUnharmed(load, scratch.db, `a clock off by ${by}`);
    expect(samples.filter(isFailed)).toEqual([]);
  });

  it.each(['+3m', '-3m'])('by %s: jobs are done once each, by whichever node takes them', async (by) => {
    await start(by);
    const authorization = system.clients[0]!.authorize('POST', '/', Buffer.alloc(0)).slice('Bearer '.length);
    const client = new ApiClient(system.edge.url, authorization);
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) {
      const answer = await client.send('/api/v1/ocr/process/async?type=receipt', {
        method: 'POST',
        headers: { 'content-type': 'image/png' },
        body: new Uint8Array(await ticket(80_000 + i)),
      });
      ids.push(dataOf<{ job_id: string }>(answer).job_id);
    }
    const completed = async () => {
      const { rows } = await scratch.db.query<{ jobs: number; events: number }>(
        `SELECT (SELECT count(*)::int FROM ocr_processing_jobs WHERE id = ANY ($1::uuid[]) AND status = 'completed') AS jobs,
                (SELECT count(*)::int FROM outbox WHERE type = 'ocr.completed') AS events`,
        [ids],
      );
      return rows[0];
    };
    await expect.poll(completed, PATIENCE).toEqual({ jobs: ids.length, events: ids.length });
    // None fell outside its month's partition, for all that the nodes think of the date.
    const { rows } = await scratch.db.query('SELECT id FROM ocr_processing_jobs_default');
    expect(rows).toEqual([]);
  });

  it('a token from a minute ahead is refused, one from a moment ahead is not', async () => {
    await start('+0');
    const tokenIn = async (seconds: number) => {
      const now = Math.floor(Date.now() / 1000);
      return await new SignJWT({ shop_id: system.clients[0]!.shopId, scope: 'ocr:read ocr:write' })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('00000000-0000-4000-8000-00000000000a')
        .setIssuer('edge-ocr')
        .setAudience('edge-ocr')
        .setNotBefore(now + seconds)
        .setExpirationTime(now + 600)
        .sign(new TextEncoder().encode(system.jwtSecret));
    };
    const post = async (token: string) =>
      new ApiClient(system.edge.url, token).postFile(await ticket(90_000), { type: 'receipt' }, 'image/png');
    expect(errorOf(await post(await tokenIn(60))).code).toBe('UNAUTHORIZED');
    expect((await post(await tokenIn(2))).status).toBe(200);
  });
});
